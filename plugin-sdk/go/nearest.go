package ocelli

import "strings"

// nearest is the candidate nearest to a word by edit distance (at most a third of its length, at least 1 and at most 3), to be
// put into "did you mean"; empty where none is near.
func nearest(word string, candidates []string) string {
	limit := min(3, max(1, len([]rune(word))/3))
	best, distance := "", limit+1
	for _, candidate := range candidates {
		if d := editDistance([]rune(strings.ToLower(word)), []rune(strings.ToLower(candidate))); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance counts insertions, deletions, changes and swaps of neighbours.
func editDistance(a, b []rune) int {
	var before []int
	previous := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := previous[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(previous[j]+1, row[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, previous = previous, row
	}
	return previous[len(b)]
}
