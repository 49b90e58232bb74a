package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/grafana/dskit/user"
	"github.com/grafana/loki/v3/pkg/logproto"
	"github.com/grafana/loki/v3/pkg/logql"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
)

func logQL(asked request) (func(string) ([]values, error), error) {
	byLabels := map[string]*logproto.Stream{}
	for _, each := range asked.Lines {
		name := labels.FromMap(each.Labels).String()
		stream, known := byLabels[name]
		if !known {
			stream = &logproto.Stream{Labels: name}
			byLabels[name] = stream
		}
		for _, at := range each.At {
			stream.Entries = append(stream.Entries, logproto.Entry{Timestamp: time.UnixMilli(milliseconds(at)), Line: each.Line})
		}
	}
	streams := []logproto.Stream{}
	for _, each := range byLabels {
		entries := each.Entries
		sort.SliceStable(entries, func(i, j int) bool { return entries[i].Timestamp.Before(entries[j].Timestamp) })
		streams = append(streams, *each)
	}
	// Loki's own stand-in for its storage, with which it tests its engine.
	loki := logql.NewEngine(logql.EngineOpts{}, logql.NewMockQuerier(1, streams), logql.NoLimits, nil)
	organisation := user.InjectOrgID(context.Background(), "proof")

	return func(text string) ([]values, error) {
		from, every := milliseconds(asked.From), milliseconds(asked.Every)
		found := newTable(asked.times())
		if !asked.Instant {
			err := logs(organisation, loki, text, from, milliseconds(asked.To), every, func(at int64, metric labels.Labels, value float64) {
				found.put(metric.Map(), metric.String(), int((at-from)/every), value)
			})
			return found.rows(), err
		}
		for n := range asked.times() {
			at := from + int64(n)*every
			err := logs(organisation, loki, text, at, at, 0, func(_ int64, metric labels.Labels, value float64) {
				found.put(metric.Map(), metric.String(), n, value)
			})
			if err != nil {
				return nil, err
			}
		}
		return found.rows(), nil
	}, nil
}

// Evaluates at each step, or once where there is none, and hands on every value.
func logs(
	ctx context.Context, loki *logql.QueryEngine, text string, from, to, every int64,
	take func(at int64, metric labels.Labels, value float64),
) error {
	step := time.Duration(every) * time.Millisecond
	params, err := logql.NewLiteralParams(
		text, time.UnixMilli(from), time.UnixMilli(to), step, 0, logproto.FORWARD, 1000, nil, nil)
	if err != nil {
		return err
	}
	result, err := loki.Query(params).Exec(ctx)
	if err != nil {
		return err
	}
	switch data := result.Data.(type) {
	case promql.Matrix:
		for _, each := range data {
			for _, point := range each.Floats {
				take(point.T, each.Metric, point.F)
			}
		}
	case promql.Vector:
		for _, each := range data {
			take(from, each.Metric, each.F)
		}
	case promql.Scalar:
		take(from, labels.EmptyLabels(), data.V)
	case nil:
		return errors.New("no result")
	default:
		return fmt.Errorf("gives %T: a rule needs a metric query", data)
	}
	return nil
}
