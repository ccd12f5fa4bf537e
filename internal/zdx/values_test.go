package zdx

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// odd is an object with a member of each kind.
type odd struct {
	Text   *Text   `json:"text"`
	Number *Number `json:"number"`
	Score  *Score  `json:"score"`
	Count  *Count  `json:"count"`
	Time   *Time   `json:"time"`
	ID     *ID     `json:"id"`
}

// Whatever stands where a text, a number, a count, a time or an ID was expected is read as one, or says nothing.
func TestValues(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]odd{
		`{}`: {},
		`{"text":null,"number":null,"score":null,"count":null,"time":null,"id":null}`: {},
		`{"text":""}`:                  {},
		`{"text":"a \u00e9"}`:          {Text: ptr(Text("a é"))},
		`{"text":12}`:                  {Text: ptr(Text("12"))},
		`{"text":9007199254740993}`:    {Text: ptr(Text("9007199254740993"))},
		`{"text":1.50}`:                {Text: ptr(Text("1.50"))},
		`{"text":true}`:                {Text: ptr(Text("true"))},
		`{"text":["a", "b"]}`:          {Text: ptr(Text(`["a", "b"]`))},
		`{"text":{"a":1}}`:             {Text: ptr(Text(`{"a":1}`))},
		`{"number":1.5}`:               {Number: ptr(Number(1.5))},
		`{"number":"39.76"}`:           {Number: ptr(Number(39.76))},
		`{"number":" 7 "}`:             {Number: ptr(Number(7))},
		`{"number":-1}`:                {Number: ptr(Number(-1))},
		`{"number":0}`:                 {Number: ptr(Number(0))},
		`{"number":1e3}`:               {Number: ptr(Number(1000))},
		`{"score":-1}`:                 {},
		`{"score":"-1"}`:               {},
		`{"score":-1.0}`:               {},
		`{"score":0}`:                  {Score: ptr(Score(0))},
		`{"score":87.5}`:               {Score: ptr(Score(87.5))},
		`{"count":3}`:                  {Count: ptr(Count(3))},
		`{"count":"3"}`:                {Count: ptr(Count(3))},
		`{"count":3.9}`:                {Count: ptr(Count(3))},
		`{"count":"many"}`:             {Count: ptr(Count(0))},
		`{"count":-1}`:                 {Count: ptr(Count(-1))},
		`{"count":[]}`:                 {Count: ptr(Count(0))},
		`{"time":0}`:                   {},
		`{"time":"0"}`:                 {},
		`{"time":-5}`:                  {},
		`{"time":"soon"}`:              {},
		`{"time":946684800}`:           {Time: ptr(Time("2000-01-01T00:00:00Z"))},
		`{"time":"946684800"}`:         {Time: ptr(Time("2000-01-01T00:00:00Z"))},
		`{"time":946684800.7}`:         {Time: ptr(Time("2000-01-01T00:00:00Z"))},
		`{"time":946684800000}`:        {Time: ptr(Time("2000-01-01T00:00:00Z"))},
		`{"id":""}`:                    {},
		`{"id":0}`:                     {ID: ptr(ID("0"))}, // department 0 is one
		`{"id":4294967293}`:            {ID: ptr(ID("4294967293"))},
		`{"id":"7345920184650192837"}`: {ID: ptr(ID("7345920184650192837"))},
		`{"id":7345920184650192837}`:   {ID: ptr(ID("7345920184650192837"))},
	} {
		var got odd
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		tidy(&got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	for _, body := range []string{`{"id":1.5}`, `{"id":true}`} {
		if err := json.Unmarshal([]byte(body), &odd{}); err == nil {
			t.Errorf("%s is read", body)
		}
	}
}

func TestTimeOf(t *testing.T) {
	t.Parallel()
	if got := TimeOf(time.Time{}); got != "" {
		t.Errorf("no time is %q", got)
	}
	if got := TimeOf(time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 2*3600))); got != "2026-01-02T01:04:05Z" {
		t.Errorf("it is %q", got)
	}
}

// A list comes as an array, as a single element or as null, and so do the lists within.
func TestList(t *testing.T) {
	t.Parallel()
	one := List[IDName]{{ID: ptr(ID("1")), Name: ptr(Text("a"))}}
	for body, want := range map[string]List[IDName]{
		`null`: {}, `[]`: {}, ` [ ] `: {},
		`[{"id":1,"name":"a"}]`:            one,
		`{"id":1,"name":"a"}`:              one,
		"\n {\"id\":\"1\",\"name\":\"a\"}": one,
		`[{"id":1,"name":"a"},{}]`:         append(append(List[IDName]{}, one...), IDName{}),
		`{}`:                               {{}},
	} {
		var got List[IDName]
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		tidy(&got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	for _, body := range []string{`1`, `"a"`, `true`, `[1]`} {
		if err := json.Unmarshal([]byte(body), &List[IDName]{}); err == nil {
			t.Errorf("%s is read", body)
		}
	}
}

// What says nothing becomes nil and lists that did not come become empty, at any depth, and what was said stays.
func TestTidy(t *testing.T) {
	t.Parallel()
	var alert Alert
	body := `{"id":1,"rule_name":"","ended_on":0,"application":{"id":"","name":"x"},"locations":[{"name":""},{"groups":{"id":31,"name":""}}]}`
	if err := json.Unmarshal([]byte(body), &alert); err != nil {
		t.Fatal(err)
	}
	tidy(&alert)
	want := Alert{
		ID: ptr(ID("1")), Application: &IDName{Name: ptr(Text("x"))}, Departments: List[CountedIDName]{}, Geolocations: List[AlertGeolocation]{},
		Locations: List[AlertLocation]{{Groups: List[IDName]{}}, {Groups: List[IDName]{{ID: ptr(ID("31"))}}}},
	}
	if diff := cmp.Diff(want, alert); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var empty AppDetails // embeds another
	empty.Name = ptr(Text(""))
	tidy(&empty)
	if empty.Name != nil || empty.Stats != nil {
		t.Errorf("%+v", empty)
	}
}

// FuzzList reads whatever comes as a list of each kind. None panics, a second reading is the same, tidying twice does
// no more than once, and what is written of it is read again.
func FuzzList(f *testing.F) {
	for _, seed := range []string{
		`null`, `[]`, `{}`, `[{"id":1}]`, `{"timestamp":"1","cloudpath":{"hops":[{"ip":""}]}}`, `[{"category":"x","instances":{"metric":1}}]`,
		`[{"events":[],"instances":{"prev":null}}]`, `{"score":-1,"id":"007","locations":[{"groups":{}}],"started_on":1e99}`, `[[]]`, `[null]`, "[{\"id\":\"\xff\"}]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed[DeviceSummary](t, body)
		fuzzed[Device](t, body)
		fuzzed[User](t, body)
		fuzzed[Alert](t, body)
		fuzzed[AppDetails](t, body)
		fuzzed[CloudPathProbe](t, body)
		fuzzed[Software](t, body)
		fuzzed[CloudPathSample](t, body)
		fuzzed[HealthCategory](t, body)
		fuzzed[EventSample](t, body)
		fuzzed[TopProcessesSample](t, body)
		fuzzed[Analysis](t, body)
		fuzzed[wireTrace](t, body)
	})
}

func fuzzed[T any](t *testing.T, body []byte) {
	t.Helper()
	var first, second List[T]
	err, again := json.Unmarshal(body, &first), json.Unmarshal(body, &second)
	if (err == nil) != (again == nil) {
		t.Fatalf("%v, and then %v", err, again)
	}
	if err != nil {
		return
	}
	tidy(&first)
	tidy(&second)
	if first == nil || !reflect.DeepEqual(first, second) {
		t.Fatalf("read twice, it is %+v and %+v", first, second)
	}
	if tidy(&second); !reflect.DeepEqual(first, second) {
		t.Fatalf("tidied twice, it is %+v and %+v", first, second)
	}
}
