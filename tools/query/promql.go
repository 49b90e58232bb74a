package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// Prometheus' own defaults; a query that needs more samples at once is an error there too.
var engine = promql.NewEngine(promql.EngineOpts{
	MaxSamples:           50_000_000,
	Timeout:              2 * time.Minute,
	LookbackDelta:        5 * time.Minute,
	EnableAtModifier:     true,
	EnableNegativeOffset: true,
	Parser:               parser.NewParser(parser.Options{}),
	// The step of a subquery that names none: Prometheus' own default of evaluation_interval.
	NoStepSubqueryIntervalFn: func(int64) int64 { return time.Minute.Milliseconds() },
})

func promQL(asked request) (func(string) ([]values, error), error) {
	data := memory{}
	for _, each := range asked.Series {
		held := storedSeries{labels: labels.FromMap(each.Labels)}
		for _, part := range each.Pieces {
			for n := range part.Count {
				at := milliseconds(part.From) + int64(n)*milliseconds(part.Every)
				if last := len(held.samples) - 1; last >= 0 && held.samples[last].T() >= at {
					return nil, fmt.Errorf("series %v: samples aren't in the order of time", each.Labels)
				}
				held.samples = append(held.samples, sample{at, part.First + float64(n)*part.Step})
			}
		}
		data = append(data, held)
	}
	// The engine merges vectors in the order of their labels.
	sort.Slice(data, func(i, j int) bool { return labels.Compare(data[i].labels, data[j].labels) < 0 })
	if asked.Instant {
		return func(text string) ([]values, error) { return instantly(data, asked, text) }, nil
	}
	return func(text string) ([]values, error) { return ranged(data, asked, text) }, nil
}

func instantly(data memory, asked request, text string) ([]values, error) {
	found := newTable(asked.times())
	for n := range asked.times() {
		at := time.UnixMilli(milliseconds(asked.From) + int64(n)*milliseconds(asked.Every))
		query, err := engine.NewInstantQuery(context.Background(), data, nil, text, at)
		if err != nil {
			return nil, err
		}
		result := query.Exec(context.Background())
		switch value := result.Value.(type) {
		case promql.Vector:
			for _, each := range value {
				if each.H == nil {
					found.put(each.Metric.Map(), each.Metric.String(), n, each.F)
				}
			}
		case promql.Scalar:
			found.put(map[string]string{}, "", n, value.V)
		default:
			if result.Err == nil {
				result.Err = errors.New("neither a vector nor a scalar")
			}
		}
		query.Close()
		if result.Err != nil {
			return nil, result.Err
		}
	}
	return found.rows(), nil
}

func ranged(data memory, asked request, text string) ([]values, error) {
	from, every := milliseconds(asked.From), milliseconds(asked.Every)
	last := time.UnixMilli(milliseconds(asked.To))
	query, err := engine.NewRangeQuery(
		context.Background(), data, nil, text, time.UnixMilli(from), last, time.Duration(every)*time.Millisecond)
	if err != nil {
		return nil, err
	}
	defer query.Close()
	result := query.Exec(context.Background())
	if result.Err != nil {
		return nil, result.Err
	}
	matrix, err := result.Matrix()
	if err != nil {
		return nil, err
	}
	found := newTable(asked.times())
	for _, each := range matrix {
		for _, point := range each.Floats {
			found.put(each.Metric.Map(), each.Metric.String(), int((point.T-from)/every), point.F)
		}
	}
	return found.rows(), nil
}

// memory is a storage of series, sorted by label, each with its samples in order of time.
type memory []storedSeries

type storedSeries struct {
	labels  labels.Labels
	samples []chunks.Sample
}

type sample struct {
	at    int64
	value float64
}

func (s sample) T() int64                      { return s.at }
func (s sample) ST() int64                     { return 0 }
func (s sample) F() float64                    { return s.value }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample           { return s }

// Querier gives those of a time; both ends count, as storage.Queryable says.
func (m memory) Querier(from, to int64) (storage.Querier, error) { return querier{m, from, to}, nil }

type querier struct {
	data     memory
	from, to int64
}

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, wanted ...*labels.Matcher) storage.SeriesSet {
	found := []storage.Series{}
	for _, each := range q.data {
		if slices.ContainsFunc(wanted, func(m *labels.Matcher) bool { return !m.Matches(each.labels.Get(m.Name)) }) {
			continue
		}
		first := sort.Search(len(each.samples), func(n int) bool { return each.samples[n].T() >= q.from })
		end := sort.Search(len(each.samples), func(n int) bool { return each.samples[n].T() > q.to })
		if first < end {
			found = append(found, storage.NewListSeries(each.labels, each.samples[first:end]))
		}
	}
	return &set{found, -1}
}

func (querier) LabelValues(
	context.Context, string, *storage.LabelHints, ...*labels.Matcher,
) ([]string, annotations.Annotations, error) {
	return nil, nil, errors.New("this storage has no list of label values")
}

func (querier) LabelNames(
	context.Context, *storage.LabelHints, ...*labels.Matcher,
) ([]string, annotations.Annotations, error) {
	return nil, nil, errors.New("this storage has no list of label names")
}

func (querier) Close() error { return nil }

type set struct {
	series []storage.Series
	at     int
}

func (s *set) Next() bool                        { s.at++; return s.at < len(s.series) }
func (s *set) At() storage.Series                { return s.series[s.at] }
func (s *set) Err() error                        { return nil }
func (s *set) Warnings() annotations.Annotations { return nil }
