package ppl

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // time zones must be known on Windows and in bare containers too
)

// Criteria about time exist in Zero and Enterprise and not in the public
// code; what is accepted here is what their documentation shows (ppl.md 2).
var (
	dateLayouts = []string{
		"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700",
	}
	clockLayouts  = []string{"3:04 PM", "3:04PM", "3 PM", "3PM", "15:04", "15:04:05"}
	dateOperators = []string{"after", "before"}
	timeOperators = []string{"timezone", "after", "before"}
)

// parses says whether the text follows one of the layouts.
func parses(text string, layouts []string) bool {
	return slices.ContainsFunc(layouts, func(layout string) bool {
		_, err := time.Parse(layout, text)
		return err == nil
	})
}

// dateRange judges date.
func dateRange(r report, data *node) {
	isObject := eachOperator(r, data, dateOperators, func(r report, m member) {
		if m.value.kind != kindText || !parses(m.value.text, dateLayouts) {
			r.warn(m.value.pos, "%s must be a date and time in ISO 8601 form, such as 2031-04-01T08:00:00Z", m.name)
		}
	})
	if !isObject || len(data.members) == 0 {
		r.warn(data.pos, "date needs an object with after, before or both")
	}
}

// timeRange judges time_of_day.
func timeRange(r report, data *node) {
	isObject := eachOperator(r, data, timeOperators, func(r report, m member) {
		switch {
		case m.name == "timezone":
			if m.value.kind != kindText || !isZone(m.value.text) {
				r.warn(m.value.pos, "timezone must be the IANA name of a time zone, such as Europe/Lisbon or UTC")
			}
		case m.value.kind != kindText || !parses(m.value.text, clockLayouts):
			r.warn(m.value.pos, `%s must be a time of day in quotes, such as "9:00 AM", "9 AM" or "17:30"`, m.name)
		}
	})
	switch {
	case !isObject:
		r.warn(data.pos, "time_of_day needs an object with timezone and with after, before or both")
	case data.member("timezone") == nil:
		r.warn(data.pos, "time_of_day needs a timezone, such as Europe/Lisbon or UTC")
	case data.member("after") == nil && data.member("before") == nil:
		r.warn(data.pos, "time_of_day needs after, before or both")
	}
}

// isZone leaves out the two names that Go knows and IANA does not.
func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// daysOfWeek judges day_of_week: *, days with commas, or two with a dash.
func daysOfWeek(r report, data *node) {
	if data.kind == kindText {
		days := strings.Split(data.text, ",")
		if from, to, isRange := strings.Cut(data.text, "-"); isRange {
			days = []string{from, to}
		}
		if data.text == "*" || !slices.ContainsFunc(days, func(day string) bool { return !isDay(day) }) {
			return
		}
	}
	r.warn(data.pos, `day_of_week must be "*", a list of days such as "mon,wed,fri" or a range such as "mon-fri", as one text`)
}

// isDay knows a day by its full name or its first three letters.
func isDay(name string) bool {
	name = strings.ToLower(strings.TrimSpace(name))
	for day := time.Sunday; day <= time.Saturday; day++ {
		full := strings.ToLower(day.String())
		if name == full || name == full[:3] {
			return true
		}
	}
	return false
}
