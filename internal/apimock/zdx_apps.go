package apimock

import (
	"fmt"
	"slices"
	"strconv"
)

// hasApp tells whether a device has an application: every one, unless its
// member apps lists some.
func hasApp(device *record, appID string) bool {
	listed, ok := device.members["apps"].([]any)
	return !ok || slices.ContainsFunc(listed, func(id any) bool { return fmt.Sprint(id) == appID })
}

// use is one user of an application with the devices that the filters leave.
type use struct {
	user    *record
	devices []*record
	score   int64
}

// uses are the users of an application on devices that are active and placed
// as the filters want.
func (q *query) uses(app *record) []use {
	var found []use
	for _, user := range q.s.records["users"] {
		devices := slices.DeleteFunc(q.s.devicesOf(user), func(device *record) bool {
			return !hasApp(device, app.id) || !q.active(device) || !q.placed(device)
		})
		if len(devices) > 0 {
			found = append(found, use{user, devices, userScore(app, user)})
		}
	}
	return found
}

// userScore is a user's score for an application, 0 to 100: the user's member
// score, else one that follows from the identifiers and spreads over the buckets.
func userScore(app, user *record) int64 {
	if score, ok := seconds(user.members["score"]); ok {
		return score
	}
	return (idNumber(app.id) + idNumber(user.id)) * 7 % 101
}

// bucket is a score's class.
func bucket(score int64) string {
	switch {
	case score < 34:
		return "poor"
	case score < 66:
		return "okay"
	}
	return "good"
}

// idNumber is a small number that follows from an identifier.
func idNumber(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return int64(len(id))
	}
	return n % 1_000_000
}

// keepApp lists applications that somebody uses within the filters.
func keepApp(q *query, r *record) bool { return q.active(r) && len(q.uses(r)) > 0 }

// viewApp is an application with its average score; -1 is no data (zdx.md 6).
func viewApp(q *query, r *record) map[string]any {
	uses := q.uses(r)
	body := map[string]any{"id": q.s.id(r.id), "name": r.members["name"], "score": -1, "total_users": len(uses)}
	if len(uses) == 0 || !q.active(r) {
		return body
	}
	sum, worst := int64(0), uses[0]
	for _, u := range uses {
		sum += u.score
		if u.score < worst.score {
			worst = u
		}
	}
	body["score"] = sum / int64(len(uses))
	if region := q.s.record("geolocations", fmt.Sprint(worst.devices[0].members["geolocation"])); region != nil {
		impacted := geolocation(region, "city", "country", "geo_type")
		if state := region.members["state"]; state != nil {
			impacted["region"] = state
		}
		body["most_impacted_region"] = impacted
	}
	return body
}

// viewOneApp adds the counts, which only the call for one application has.
func viewOneApp(q *query, r *record) map[string]any {
	body, uses := viewApp(q, r), q.uses(r)
	devices, counts := 0, map[string]int{}
	for _, u := range uses {
		devices += len(u.devices)
		counts[bucket(u.score)]++
	}
	body["stats"] = map[string]any{
		"active_users": len(uses), "active_devices": devices,
		"num_poor": counts["poor"], "num_okay": counts["okay"], "num_good": counts["good"],
	}
	return body
}

// usesApp tells whether a user is among the parent application's.
func usesApp(q *query, r *record) bool {
	return slices.ContainsFunc(q.uses(q.parent), func(u use) bool { return u.user == r })
}

// keepAppUser lists every user unless a bucket is wanted, as the vendor's
// reference says (contract, score_bucket).
func keepAppUser(q *query, r *record) bool {
	return q.active(r) && usesApp(q, r) && q.allows("score_bucket", bucket(userScore(q.parent, r)))
}

func viewAppUserSummary(q *query, r *record) map[string]any {
	return map[string]any{
		"id": q.s.id(r.id), "name": r.members["name"], "email": r.members["email"], "score": userScore(q.parent, r),
	}
}

func viewAppUser(q *query, r *record) map[string]any {
	body := viewUser(q, r)
	body["score"] = userScore(q.parent, r)
	return body
}
