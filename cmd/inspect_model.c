/*
 * inspect_model.c - what is in a model; see inspect.h.
 */
#include "inspect.h"

#include <string.h>

#include <dltools/cv.h>
#include <dltools/file.h>
#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/provenance.h>

#define EVENTS_SHOWN 5
#define HEADER_MOST ((uint64_t)1 << 30)

static struct history_layout
layout_of(const struct model *m)
{
	struct history_layout l = {
		.kind = m->kind, .run = !m->reproducible, .other = m->other,
		.others = m->others,
	};
	size_t i;

	for (i = 0; i < m->history.n; i++)
		l.validation |= m->history.row[i].has_validation;
	return l;
}

/* ---- summary --------------------------------------------------------- */

static void
add_task(const struct model *m, struct str *out)
{
	if (!m->enc.response) {
		str_add(out, "autoencoder");
		return;
	}
	if (encoder_is_classifier(&m->enc))
		str_addf(out, "%zu classes of '", m->enc.classes.n);
	else
		str_add(out, "regression of '");
	str_add_quoted(out, m->enc.response, strlen(m->enc.response), 60);
	str_add_char(out, '\'');
}

static void
add_count(struct str *out, const char *what, enum column_role role,
	  const struct model *m)
{
	size_t i, n = 0;

	for (i = 0; i < m->enc.sources; i++)
		n += m->enc.source[i].role == role;
	if (n)
		str_addf(out, ", %zu %s", n, what);
}

static void
add_end(const struct model *m, struct str *out)
{
	if (model_stop_text(m))
		str_addf(out, "stopped: %s; kept scoring event %lld of %zu\n",
			 model_stop_text(m), (long long)m->kept_event,
			 model_events(m));
}

static void
add_facts(const struct model *m, struct str *out)
{
	char text[NUM_TEXT];

	str_addf(out, "inputs: %zu units of %zu columns",
		 encoder_units(&m->enc), m->enc.columns);
	add_count(out, "constant", ROLE_CONSTANT, m);
	add_count(out, "ignored", ROLE_IGNORED, m);
	add_count(out, "text", ROLE_UNUSABLE, m);
	str_addf(out, "\nparameters: %zu weights and biases\n",
		 net_parameters(m->net));
	str_addf(out, "asked: %s\n", m->asked ? m->asked : "");
	str_addf(out, "trained: %lld samples, %lld iterations, %lld rows",
		 (long long)m->samples, (long long)m->iterations,
		 (long long)m->training_rows);
	str_addf(out, " of frame %s%s\n", m->frame_id,
		 m->reproducible ? ", reproducible" : "");
	add_end(m, out);
	if (m->tags_json) {
		str_add(out, "tags: ");
		provenance_tags(m, out);
		str_add_char(out, '\n');
	}
	if (m->kind == METRICS_BINOMIAL) {
		num_print_float(text, (float)m->threshold);
		str_addf(out, "threshold: %s\n", text);
	}
}

int
inspect_model(const struct model *m, const char *path, struct str *out,
	      struct err *e)
{
	struct history_layout l = layout_of(m);

	path = inspect_name(path);
	str_add_quoted(out, path, strlen(path), 200);
	str_addf(out, ": %s, ", m->finished ? "model" : "unfinished model");
	add_task(m, out);
	str_add_char(out, '\n');
	add_facts(m, out);
	str_add_char(out, '\n');
	if (model_layer_table(m, out, e) < 0)
		return -1;
	if (m->history.n) {
		str_add(out, "\nScoring history\n");
		history_table(&l, &m->history, EVENTS_SHOWN, out);
	}
	if (m->cv_json) {
		str_add_char(out, '\n');
		if (cv_table(m->cv_json, out, e) < 0)
			return -1;
	}
	return str_check(out, e);
}

int
inspect_history(const struct model *m, enum table_format format,
		struct str *out, struct err *e)
{
	struct history_layout l = layout_of(m);
	enum history_format f = format == TABLE_JSON ? HISTORY_JSONL
			      : format == TABLE_TSV ? HISTORY_TSV
						    : HISTORY_CSV;
	size_t i;

	if (format == TABLE_ALIGNED) {
		history_table(&l, &m->history, m->history.n, out);
	} else {
		history_header(&l, f, out);
		for (i = 0; i < m->history.n; i++)
			history_line(&l, f, &m->history, i, out);
	}
	return str_check(out, e);
}

/* ---- columns --------------------------------------------------------- */

static void
put_levels(struct json *j, const struct string_table *t)
{
	size_t i;

	json_put_array(j);
	for (i = 0; i < t->n; i++)
		json_put_bytes(j, t->bytes + t->at[i],
			   (size_t)(t->at[i + 1] - t->at[i]));
	json_end(j);
}

static void
put_source(struct json *j, const struct model *m,
	   const struct encoder_source *s)
{
	json_put_object(j);
	json_key(j, "name");
	json_put_text(j, s->name);
	json_key(j, "type");
	json_put_text(j, column_type_name(s->type));
	json_key(j, "role");
	json_put_text(j, encoder_role_name(s->role));
	if (s->predictor >= 0 && s->type == COLUMN_ENUM) {
		json_key(j, "levels");
		put_levels(j, &m->enc.column[s->predictor].levels);
	}
	json_end(j);
}

int
inspect_signature(const struct model *m, struct str *out, struct err *e)
{
	struct json j = json_start(out);
	size_t i;

	json_put_object(&j);
	json_key(&j, "schema");
	json_put_text(&j, "dl.signature/1");
	json_key(&j, "inputs");
	json_put_array(&j);
	for (i = 0; i < m->enc.sources; i++)
		if (m->enc.source[i].role == ROLE_PREDICTOR ||
		    m->enc.source[i].role == ROLE_OFFSET)
			put_source(&j, m, &m->enc.source[i]);
	json_end(&j);
	json_key(&j, "response");
	if (m->enc.response)
		json_put_text(&j, m->enc.response);
	else
		json_put_null(&j);
	json_key(&j, "classes");
	if (encoder_is_classifier(&m->enc))
		put_levels(&j, &m->enc.classes);
	else
		json_put_null(&j);
	json_end(&j);
	str_add_char(out, '\n');
	return str_check(out, e);
}

void
inspect_model_names(const struct model *m, struct str *out)
{
	size_t i;

	for (i = 0; i < m->enc.sources; i++) {
		str_add(out, m->enc.source[i].name);
		str_add_char(out, '\n');
	}
}

/* NULL if no column of this name has levels. */
static const struct string_table *
find_levels(const struct model *m, const char *column)
{
	size_t i;

	for (i = 0; i < m->enc.columns; i++)
		if (strcmp(m->enc.column[i].name, column) == 0 &&
		    m->enc.column[i].type == COLUMN_ENUM)
			return &m->enc.column[i].levels;
	if (encoder_is_classifier(&m->enc) &&
	    strcmp(m->enc.response, column) == 0)
		return &m->enc.classes;
	return NULL;
}

int
inspect_model_levels(const struct model *m, const char *column,
		     enum table_format format, struct str *out, struct err *e)
{
	static const char *const names[] = {"level"};
	const struct string_table *levels = find_levels(m, column);
	struct table t;
	size_t i;

	if (!levels)
		return err_set(e, ERR_SCHEMA,
			       "no column '%s' with levels in the model",
			       column);
	table_start(&t, names, 1);
	for (i = 0; i < levels->n; i++)
		table_text(&t, levels->bytes + levels->at[i],
			   (size_t)(levels->at[i + 1] - levels->at[i]));
	table_print(&t, format, out);
	table_release(&t);
	return str_check(out, e);
}

/* ---- the header ------------------------------------------------------ */

static int
copy_header(const struct infile *in, struct str *out, struct err *e)
{
	unsigned char raw[8];
	uint64_t len = 0;
	char *text;
	size_t i;
	int status;

	if (infile_read(in, 0, raw, sizeof raw, e) < 0)
		return -1;
	for (i = 0; i < 8; i++)
		len |= (uint64_t)raw[i] << (8 * i);
	if (len > HEADER_MOST || len > in->size - 8)
		return err_set(e, ERR_INPUT, "'%s': no model", in->path);
	text = mem_zalloc((size_t)len + 1, 1, e);
	if (!text)
		return -1;
	status = infile_read(in, 8, text, (size_t)len, e);
	while (len && text[len - 1] == ' ') /* padding */
		len--;
	if (status == 0) {
		str_add_bytes(out, text, (size_t)len);
		str_add_char(out, '\n');
		status = str_check(out, e);
	}
	mem_free(text);
	return status;
}

int
inspect_header(const char *path, struct str *out, struct err *e)
{
	struct infile in = {0};
	int status = infile_open(&in, path, e);

	if (status == 0)
		status = copy_header(&in, out, e);
	infile_close(&in);
	return status;
}
