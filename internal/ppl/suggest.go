package ppl

import "fmt"

// didYouMean is ` (did you mean "email"?)` for the known name that takes the
// fewest changes to get to, or nothing if all are far from what was written.
func didYouMean(written string, known []string) string {
	best, fewest := "", max(2, len(written)/2)+1
	for _, name := range known {
		if changes := distance(written, name); changes < fewest {
			best, fewest = name, changes
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// maxWritten bounds what is compared, so that no text makes it slow.
const maxWritten = 64

// distance is how many characters must be inserted, deleted or replaced to
// turn one text into the other.
func distance(a, b string) int {
	if len(a) > maxWritten {
		return len(a)
	}
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range to {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(to)]
}
