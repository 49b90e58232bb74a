// Command query evaluates PromQL and LogQL, by Prometheus' and Loki's own engines, over data that come with the query.
//
// One JSON request per line on standard input, one JSON answer per line on standard output, in any order. A query that
// can't be evaluated is answered with its error, the others with their results; what is no request, with one error. The
// program itself only fails when it can't read or write.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
)

// A request: queries by name, the data, and the times at which they are evaluated, in seconds.
type request struct {
	ID       string            `json:"id"`
	Language string            `json:"language"`
	Queries  map[string]string `json:"queries"`
	From     float64           `json:"from"`
	To       float64           `json:"to"`
	Every    float64           `json:"every"`
	// Each time by an instant query of its own, as a rule does it; else all by one range query, with the same results.
	Instant bool     `json:"instant"`
	Series  []series `json:"series"`
	Lines   []lines  `json:"lines"`
}

// A series, in straight pieces: each has samples `Every` seconds apart from `From` on, `Count` of them, the first with the
// value `First` and each further one `Step` more.
type series struct {
	Labels map[string]string `json:"labels"`
	Pieces []piece           `json:"pieces"`
}

type piece struct {
	From  float64 `json:"from"`
	Every float64 `json:"every"`
	Count int     `json:"count"`
	First float64 `json:"first"`
	Step  float64 `json:"step"`
}

// The same log line at several times, of the stream with these labels.
type lines struct {
	Labels map[string]string `json:"labels"`
	Line   string            `json:"line"`
	At     []float64         `json:"at"`
}

type answer struct {
	ID      string              `json:"id"`
	Results map[string][]values `json:"results,omitempty"`
	Errors  map[string]string   `json:"errors,omitempty"` // by query
	Error   string              `json:"error,omitempty"`  // of the request
}

// A series of the result: one value per time of evaluation, as text, since JSON has no NaN; null where there is none.
type values struct {
	Labels map[string]string `json:"labels"`
	Values []*string         `json:"values"`
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "query:", err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	requests, answers := make(chan []byte), make(chan answer)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for line := range requests {
				answers <- answered(line)
			}
		})
	}
	var reading error
	go func() {
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, 1<<28)
		for scanner.Scan() {
			requests <- append([]byte(nil), scanner.Bytes()...)
		}
		reading = scanner.Err()
		close(requests)
		workers.Wait()
		close(answers)
	}()
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	var writing error
	for each := range answers {
		if err := encoder.Encode(each); err != nil && writing == nil {
			writing = err
		}
	}
	if writing == nil {
		writing = buffered.Flush()
	}
	if reading != nil {
		return reading
	}
	return writing
}

func answered(line []byte) answer {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{ID: asked.ID, Error: "not a request: " + err.Error()}
	}
	if asked.Every <= 0 || asked.To < asked.From {
		return answer{ID: asked.ID, Error: "not a request: no times to evaluate at"}
	}
	evaluate, known := map[string]func(request) (func(string) ([]values, error), error){
		"promql": promQL, "logql": logQL,
	}[asked.Language]
	if !known {
		return answer{ID: asked.ID, Error: fmt.Sprintf("not a request: no language %q", asked.Language)}
	}
	query, err := evaluate(asked)
	if err != nil {
		return answer{ID: asked.ID, Error: err.Error()}
	}
	results, failed := map[string][]values{}, map[string]string{}
	for name, text := range asked.Queries {
		found, err := query(text)
		if err != nil {
			failed[name] = err.Error()
			continue
		}
		results[name] = found
	}
	return answer{ID: asked.ID, Results: results, Errors: failed}
}

// A table collects values by series and time.
type table struct {
	times  int
	series map[string]*values
	order  []string
}

func newTable(times int) *table { return &table{times: times, series: map[string]*values{}} }

func (t *table) put(labels map[string]string, key string, time int, value float64) {
	row, known := t.series[key]
	if !known {
		row = &values{Labels: labels, Values: make([]*string, t.times)}
		t.series[key] = row
		t.order = append(t.order, key)
	}
	text := strconv.FormatFloat(value, 'g', -1, 64)
	row.Values[time] = &text
}

func (t *table) rows() []values {
	rows := []values{}
	for _, key := range t.order {
		rows = append(rows, *t.series[key])
	}
	return rows
}

func milliseconds(seconds float64) int64 { return int64(seconds*1000 + 0.5) }

// How many times `from`, `from + every`, ... up to `to` are.
func (r request) times() int {
	return int((milliseconds(r.To)-milliseconds(r.From))/milliseconds(r.Every)) + 1
}
