/*
 * nearest.c - "did you mean": the candidate with the least edit distance
 * (optimal string alignment: insert, delete, replace, swap of neighbours).
 */
#include <dltools/str.h>

#include <string.h>

#define LONGEST 63

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* `-` and `_` are the same letter here, and so are upper and lower case. */
static char
fold(char c)
{
	if (c == '_')
		return '-';
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t
distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t row[3][LONGEST + 1], i, j, cost, d;
	size_t *before, *last, *now;

	for (j = 0; j <= m; j++)
		row[0][j] = j;
	for (i = 1; i <= n; i++) {
		before = row[(i + 1) % 3];
		last = row[(i + 2) % 3];
		now = row[i % 3];
		now[0] = i;
		for (j = 1; j <= m; j++) {
			cost = fold(a[i - 1]) != fold(b[j - 1]);
			d = least(last[j] + 1, now[j - 1] + 1);
			d = least(d, last[j - 1] + cost);
			if (i > 1 && j > 1 &&
			    fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]))
				d = least(d, before[j - 2] + 1);
			now[j] = d;
		}
	}
	return row[n % 3][m];
}

const char *
str_nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word), best, i, m, d;
	const char *found = NULL;

	if (len > LONGEST)
		return NULL;
	best = len / 3 + 2; /* farther than this is no suggestion */
	for (i = 0; i < n; i++) {
		m = strlen(candidates[i]);
		if (m > LONGEST)
			continue;
		d = distance(word, len, candidates[i], m);
		if (d < best) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}
