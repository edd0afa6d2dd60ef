/*
 * records_svmlight.c - lines of svmlight text as rows of a batch; see
 * records.h.  Columns go by position: the label is the first of the model's
 * table, feature i the one behind it at i; a feature that is not there is 0, a
 * weight or an offset too.
 */
#include "data/records.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#include "data/svmlight_int.h"

/* Can lines of a label and numbers be rows of this model? */
static int
check_model(const struct encoder *enc, const char *path, struct err *e)
{
	for (size_t i = 0; i < enc->sources; i++)
		if (enc->source[i].role == ROLE_PREDICTOR &&
		    enc->source[i].type == COLUMN_ENUM)
			return err_set(e, ERR_SCHEMA, "'%s' is svmlight text, "
				       "but predictor '%s' of the model is not "
				       "a number", path, enc->source[i].name);
	if (enc->source[0].role == ROLE_WEIGHTS ||
	    enc->source[0].role == ROLE_OFFSET)
		return err_set(e, ERR_SCHEMA, "'%s' is svmlight text, but the "
			       "model's first column '%s' holds %s", path,
			       enc->source[0].name,
			       enc->source[0].role == ROLE_WEIGHTS ?
			       "weights" : "offsets");
	if (enc->response && enc->source[0].role != ROLE_RESPONSE)
		return err_set(e, ERR_SCHEMA, "'%s' is svmlight text, but the "
			       "model's response '%s' is not the first column",
			       path, enc->response);
	return 0;
}

/* The place of the column with this role in the model's table. */
static size_t
find_role(const struct encoder *enc, enum column_role role)
{
	for (size_t i = 0; i < enc->sources; i++)
		if (enc->source[i].role == role)
			return i;
	return SIZE_MAX;
}

int
records_init_svmlight(struct records *r, const struct encoder *enc,
		      const struct csv_dialect *dialect, const char *path,
		      struct err *e)
{
	size_t i;

	memset(r, 0, sizeof(*r));
	r->enc = enc;
	r->dialect = dialect;
	r->path = path;
	r->is_svmlight = true;
	r->response = enc->response ? 0 : SIZE_MAX;
	r->offset = find_role(enc, ROLE_OFFSET);
	r->weights = find_role(enc, ROLE_WEIGHTS);
	if (check_model(enc, path, e) < 0)
		return -1;
	r->field = mem_zalloc(enc->columns, sizeof(*r->field), e);
	r->absent = mem_zalloc(enc->dense, sizeof(*r->absent), e);
	if (!r->field || !r->absent ||
	    level_index_init(&r->classes, &enc->classes, e) < 0) {
		records_release(r);
		return -1;
	}
	for (i = 0; i < enc->columns; i++)
		if (!enc->column[i].is_sparse)
			r->absent[enc->column[i].first_unit - enc->sparse] =
				encoder_number(&enc->column[i], 0);
	return 0;
}

const char *
records_svmlight_label(const struct csv_block *b, const struct csv_record *rec,
		       size_t *len)
{
	const char *t = b->text + rec->at, *end = t + rec->len;
	size_t n = 0;

	while (t < end && (*t == ' ' || *t == '\t'))
		t++;
	while (t + n < end && t[n] != ' ' && t[n] != '\t')
		n++;
	*len = n && *t == '#' ? 0 : n;
	return t;
}

/* What a line of other text, or one of pairs without a label, begins with. */
static bool
has_other_marks(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(",:;\"'{}[]", text[i]))
			return true;
	return false;
}

/* A number, a class or, before pairs, a class that the model does not know. */
static bool
is_label(const struct records *r, const struct svmlight_line *line)
{
	double v;

	if (cell_text_double(line->label, line->label_len, &v) == 0)
		return true;
	if (!r->enc->response)
		return line->pairs > 0 &&
		       !has_other_marks(line->label, line->label_len);
	if (!encoder_is_classifier(r->enc))
		return false;
	return level_index_find(&r->classes, line->label, line->label_len) <
		       r->enc->classes.n ||
	       (line->pairs > 0 &&
		!has_other_marks(line->label, line->label_len));
}

static int
check_label(const struct records *r, const struct svmlight_line *line,
	    struct err *e)
{
	struct str s = STR_INIT;

	if (is_label(r, line))
		return 0;
	str_add_quoted(&s, line->label, line->label_len, 60);
	err_set(e, ERR_INPUT, "1: label is not a number%s: '%s': svmlight is "
		"LABEL INDEX:VALUE ... (another --format?)",
		encoder_is_classifier(r->enc) ? " or a class" : "", s.buf);
	str_release(&s);
	return -1;
}

static float
offset_unit(const struct encoder *enc, double v)
{
	return (float)((v - enc->response_sub) * enc->response_mul);
}

static int
fill_label(const struct records *r, const struct svmlight_line *line,
	   struct batch *b, size_t at, struct records_side *side,
	   struct err *e)
{
	const struct encoder *enc = r->enc;
	double *actual = &side->actual[at];

	if (check_label(r, line, e) < 0)
		return -1;
	b->label[at] = -1;
	*actual = (double)NAN;
	side->weight[at] = r->weights == SIZE_MAX ? 1 : 0;
	b->offset[at] = r->offset == SIZE_MAX ? 0 : offset_unit(enc, 0);
	if (encoder_is_classifier(enc))
		b->label[at] = (int32_t)level_index_find(
			&r->classes, line->label, line->label_len);
	else if (enc->response &&
		 cell_text_double(line->label, line->label_len, actual) < 0)
		*actual = (double)NAN; /* never: check_label() read it */
	return 0;
}

/* A feature that is the row's weight or offset. */
static int
fill_role(const struct records *r, size_t source, double v, struct batch *b,
	  size_t at, double *weight, struct err *e)
{
	if (source == r->offset)
		b->offset[at] = offset_unit(r->enc, v);
	if (source != r->weights)
		return 0;
	*weight = v;
	return v >= 0 ? 0 : err_set(e, ERR_INPUT, "%zu: not a weight: %g is "
				    "negative in column '%s'", source + 1, v,
				    r->enc->source[source].name);
}

/* Features ascend, and so do the units of the sparse ones. */
static int
fill_pairs(const struct records *r, const struct svmlight_line *line,
	   struct batch *b, size_t at, double *weight, struct err *e)
{
	const struct encoder *enc = r->enc;
	float *x = b->x + at * b->ld;
	uint32_t entry = b->start[at];

	memcpy(x, r->absent, enc->dense * sizeof(*x));
	for (size_t i = 0; i < line->pairs; i++) {
		size_t source = (size_t)line->column[i] + 1;
		const struct encoder_column *c;
		float unit;

		if (source >= enc->sources)
			continue;
		if (fill_role(r, source, line->value[i], b, at, weight, e) < 0)
			return -1;
		if (enc->source[source].predictor < 0)
			continue;
		c = &enc->column[enc->source[source].predictor];
		unit = encoder_number(c, line->value[i]);
		if (!c->is_sparse) {
			x[c->first_unit - enc->sparse] = unit;
		} else if (unit != 0) {
			b->index[entry] = (uint32_t)c->first_unit;
			b->value[entry++] = unit;
		}
	}
	b->weight[at] = (float)*weight;
	b->start[at + 1] = entry;
	return 0;
}

static int
fill_line(const struct records *r, const struct csv_block *block,
	  const struct csv_record *rec, struct svmlight_line *line,
	  struct err *e)
{
	if (rec->fault == CSV_NUL_BYTE || rec->fault == CSV_NOT_UTF8)
		return err_set(e, ERR_INPUT, "%u: %s", rec->fault_field + 1,
			       rec->fault == CSV_NUL_BYTE ? "NUL byte"
							  : "not UTF-8");
	return svmlight_parse(line, r->dialect->index_base,
			      block->text + rec->at, rec->len, e);
}

int
records_fill_svmlight(const struct records *r, const struct csv_block *block,
		      size_t first, size_t n, struct batch *b,
		      struct records_side *side, struct err *e)
{
	struct svmlight_line line = {0};
	const struct csv_record *rec = NULL;
	size_t at = 0, i;
	struct err bad = {0};

	b->start[0] = 0;
	for (i = 0; i < n; i++) {
		rec = &block->record[first + i];
		if (records_is_blank(r, block, rec))
			continue;
		if (fill_line(r, block, rec, &line, &bad) < 0 ||
		    fill_label(r, &line, b, at, side, &bad) < 0 ||
		    batch_reserve(b, b->start[at] + line.pairs, &bad) < 0 ||
		    fill_pairs(r, &line, b, at, &side->weight[at],
			       &bad) < 0)
			break;
		*side->pairs += (int64_t)line.pairs;
		at++;
	}
	svmlight_release(&line);
	b->rows = at;
	if (bad.code == ERR_INPUT)
		err_set(e, bad.code, "%s:%lld:%s", r->path,
			(long long)(block->line + rec->line), bad.msg);
	else if (bad.code)
		*e = bad;
	return bad.code ? -1 : 0;
}
