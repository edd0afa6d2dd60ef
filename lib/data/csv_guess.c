/*
 * csv_guess.c - delimiter and header of a table from its beginning; csv.h.
 *
 * A delimiter fits if it gives every record the same number of fields, more
 * than one.  Two that fit equally well are refused rather than chosen from.
 */
#include "csv_int.h"

#include <stdio.h>
#include <stdlib.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#include "cell_int.h"

static const char candidates[] = { ',', '\t', ';', '|', ' ' };

#define CANDIDATES (sizeof(candidates))

const char *
csv_delimiter_name(char c, char text[8])
{
	if (c == '\t')
		return "tab";
	if (c == ' ')
		return "space";
	snprintf(text, 8, "'%c'", c);
	return text;
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The most frequent number of fields of a record (the larger of equals). */
static int
most_fields(struct csv_guess *g, const struct csv_block *b, struct err *e)
{
	uint32_t *count = mem_zalloc(b->records, sizeof(*count), e);
	size_t i, k, n = 0;

	if (!count)
		return -1;
	for (i = 0; i < b->records; i++)
		if (b->record[i].fault != CSV_BLANK)
			count[n++] = b->record[i].fields;
	qsort(count, n, sizeof(*count), by_size);
	g->lines = n;
	g->lines_fit = g->columns = 0;
	for (i = 0; i < n; i = k) {
		for (k = i; k < n && count[k] == count[i]; k++)
			;
		if (k - i >= g->lines_fit) {
			g->lines_fit = k - i;
			g->columns = count[i];
		}
	}
	mem_free(count);
	return 0;
}

/* Fields of the text by this delimiter; a record cut off is left out. */
static int
try_delimiter(struct csv_guess *g, struct csv_block *b,
	      const struct csv_dialect *d, bool whole, struct err *e)
{
	if (csv_scan(d, b, e) < 0)
		return -1;
	if (!whole && b->records > 1)
		b->records--;
	g->delimiter = d->delimiter;
	return most_fields(g, b, e);
}

/* Is a the better fit?  1 yes, 0 no, -1 neither is. */
static int
is_better(const struct csv_guess *a, const struct csv_guess *b)
{
	double x = (double)a->lines_fit / (double)(a->lines + !a->lines);
	double y = (double)b->lines_fit / (double)(b->lines + !b->lines);

	if (a->columns < 2 || b->columns < 2)
		return a->columns > 1 && b->columns < 2;
	if (a->delimiter == ' ' || b->delimiter == ' ')
		return b->delimiter == ' ' && x >= y;
	if (x < y || x > y)
		return x > y;
	return -1;
}

static bool
ends_with(const char *path, const char *end)
{
	const char *p = strstr(path, end);

	/* also .tsv.gz and the like */
	return p && (p[strlen(end)] == '\0' || p[strlen(end)] == '.');
}

static int
find_delimiter(struct csv_guess *g, struct csv_block *b,
	       struct csv_dialect *d, bool whole, const char *path,
	       struct err *e)
{
	struct csv_guess x, tie = {0};
	char t1[8], t2[8];
	size_t i;
	int better;

	memset(g, 0, sizeof(*g));
	g->delimiter = ',';
	for (i = 0; i < CANDIDATES; i++) {
		memset(&x, 0, sizeof(x));
		d->delimiter = candidates[i];
		if (try_delimiter(&x, b, d, whole, e) < 0)
			return -1;
		/* blanks stand in texts, too: every line must fit */
		if (x.delimiter == ' ' && x.lines_fit < x.lines)
			x.columns = 1;
		better = i ? is_better(&x, g) : 1;
		if (better < 0 && x.delimiter == '\t' &&
		    (ends_with(path, ".tsv") || ends_with(path, ".tab")))
			better = 1;
		if (better < 0)
			tie = x;
		if (better > 0) {
			*g = x;
			tie.columns = 0;
		}
	}
	if (!tie.columns)
		return 0;
	return err_set(e, ERR_USAGE,
		       "cannot tell the delimiter of '%s': %s gives %zu "
		       "columns, %s gives %zu (--delimiter)", path,
		       csv_delimiter_name(g->delimiter, t1), g->columns,
		       csv_delimiter_name(tie.delimiter, t2), tie.columns);
}

/* What the cells of a column are, the first record's aside. */
struct seen {
	bool all_numbers, has_first_again;
	size_t cells;
};

static void
look_down(const struct csv_block *b, const struct csv_dialect *d, size_t first,
	  size_t column, struct seen *seen)
{
	const struct csv_field *f, *head =
		&b->field[b->record[first].field + column];
	struct cell c;
	size_t i;

	seen->all_numbers = true;
	seen->has_first_again = false;
	seen->cells = 0;
	for (i = first + 1; i < b->records; i++) {
		if (b->record[i].fields <= column)
			continue;
		f = &b->field[b->record[i].field + column];
		if (csv_is_na(d, b->text + f->at, f->len))
			continue;
		seen->cells++;
		if (cell_parse(b->text + f->at, f->len, &c) != CELL_NUMBER)
			seen->all_numbers = false;
		if (f->len == head->len && !memcmp(b->text + f->at,
						   b->text + head->at, f->len))
			seen->has_first_again = true;
	}
}

static void
say(struct csv_guess *g, bool has_header, const char *why, size_t column)
{
	g->has_header = has_header;
	if (column)
		snprintf(g->why, sizeof(g->why), why, column);
	else
		snprintf(g->why, sizeof(g->why), "%s", why);
}

/* Are all of the first record's cells names?  Else the column that is not. */
static bool
has_names(struct csv_guess *g, const struct csv_block *b, size_t first)
{
	const struct csv_record *r = &b->record[first];
	const struct csv_field *f;
	struct cell c;
	size_t k;

	for (k = 0; k < r->fields; k++) {
		f = &b->field[r->field + k];
		if (f->len && cell_parse(b->text + f->at, f->len, &c) !=
		    CELL_TEXT) {
			say(g, false, "field %zu of the first line is a "
			    "number", k + 1);
			return false;
		}
	}
	return true;
}

static void
find_header(struct csv_guess *g, const struct csv_block *b,
	    const struct csv_dialect *d)
{
	size_t first = 0, k, again = 0;
	struct seen seen;

	while (first < b->records && b->record[first].fault == CSV_BLANK)
		first++;
	if (first == b->records) {
		say(g, false, "there is no line", 0);
		return;
	}
	if (!has_names(g, b, first))
		return;
	for (k = 0; k < b->record[first].fields; k++) {
		look_down(b, d, first, k, &seen);
		if (seen.cells && seen.all_numbers) {
			say(g, true, "field %zu is text in the first line, "
			    "numbers below", k + 1);
			return;
		}
		if (seen.has_first_again && !again)
			again = k + 1;
	}
	if (again)
		say(g, false, "field %zu of the first line occurs again below",
		    again);
	else
		say(g, true, "no field of the first line occurs again below",
		    0);
}

int
csv_guess(struct csv_guess *g, const struct csv_dialect *known, int header,
	  const char *bytes, size_t len, bool whole, const char *path,
	  struct err *e)
{
	struct csv_dialect d = *known; /* borrows the texts */
	struct csv_block b = {0};
	int status = -1;

	memset(g, 0, sizeof(*g));
	if (csv_block_room(&b, len, 0, e) < 0)
		goto out;
	if (len)
		memcpy(b.text, bytes, len);
	b.len = len;
	if (!known->delimiter) {
		if (find_delimiter(g, &b, &d, whole, path, e) < 0)
			goto out;
		d.delimiter = g->delimiter;
	}
	if (try_delimiter(g, &b, &d, whole, e) < 0)
		goto out;
	if (header < 0)
		find_header(g, &b, &d);
	else
		say(g, header > 0, "as asked", 0);
	status = 0;
out:
	csv_block_release(&b);
	return status;
}
