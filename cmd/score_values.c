/* score_values.c - values of dl-score's options; see score_values.h. */
#include "score_values.h"

#include <math.h>
#include <string.h>

#include <dltools/file.h>
#include <dltools/json.h>
#include <dltools/metrics_record.h>
#include <dltools/num.h>

#include "outputs.h"

/* Two digits at most: no number has more places than 99. */
static size_t
skip_digits(const char *p)
{
	size_t n = strspn(p, "0123456789");

	return n < 2 ? n : 2;
}

/* One conversion of a double, nothing else. */
int
score_set_ofmt(void *to, const char *name, const char *format, struct err *e)
{
	const char *p = format;

	(void)name;
	if (*p == '%') {
		p += 1 + strspn(p + 1, "-+ 0#");
		p += skip_digits(p);
		if (*p == '.')
			p += 1 + skip_digits(p + 1);
		if (*p && strchr("eEfFgGaA", *p) && !p[1] &&
		    strlen(format) < 32) {
			*(const char **)to = format;
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "'%s': must be one format of a number "
		       "and nothing else, such as %%.4g", format);
}

int
score_check_ofmt(const char *format, bool json, struct err *e)
{
	size_t flags;

	if (!json || !format)
		return 0;
	flags = 1 + strspn(format + 1, "-+ 0#");
	if (strcspn(format, "+0#") >= flags && !strpbrk(format, "aA"))
		return 0;
	return err_set(e, ERR_USAGE, "--ofmt: '%s': no number of JSON: a, A "
		       "and the flags + 0 # cannot be used with --json",
		       format);
}

/* "max-f1", "max-mcc", "max-accuracy"... */
static bool
find_criterion(const char *name, enum criterion *k)
{
	const char *c;
	size_t i;

	if (!strcmp(name, "mcc"))
		name = "absolute-mcc";
	for (*k = 0; *k < CRITERIA; (*k)++) {
		c = criterion_name(*k);
		for (i = 0; c[i] && (c[i] == name[i] ||
				     (c[i] == '_' && name[i] == '-')); i++)
			;
		if (!c[i] && !name[i])
			return true;
	}
	return false;
}

int
score_set_threshold(void *to, const char *name, const char *value,
		    struct err *e)
{
	struct score_threshold *t = to;

	(void)name;
	*t = (struct score_threshold){0};
	if (!strcmp(value, "max-f1"))
		return 0; /* what a model's own threshold is */
	if (!strncmp(value, "max-", 4)) {
		t->is_criterion = find_criterion(value + 4, &t->criterion);
		return t->is_criterion ? 0 : err_set(e, ERR_USAGE, "'%s': "
			"must be a number, max-f1, max-mcc or another of "
			"dl-inspect --maxima", value);
	}
	if (num_parse_real(value, 0, 1, &t->value, e) < 0)
		return -1;
	/* probabilities are floats: their text means the float */
	t->value = (double)(float)t->value;
	if (t->value == 0)
		t->value = nextafter(0, 1); /* as good as zero */
	return 0;
}

int
score_find_threshold(const struct score_threshold *t, const struct model *m,
		     double *to, struct err *e)
{
	const char *json = m->validation_json ? m->validation_json
					      : m->training_json;
	struct metrics_record r = {0};
	const struct curve *c = &r.curve;
	size_t best;

	*to = t->value;
	if (!t->is_criterion)
		return 0;
	if (json && metrics_read(&r, json, e) < 0)
		return -1;
	best = curve_best(c, t->criterion);
	if (c->n && !isnan(curve_criterion(c, best, t->criterion)))
		*to = c->threshold[best];
	metrics_record_release(&r);
	if (*to > 0)
		return 0;
	return err_set(e, ERR_USAGE, "--threshold: the model has no table of "
		       "thresholds that says where %s is greatest",
		       criterion_name(t->criterion));
}

static void
add_lines(const struct metrics_record *r, struct str *out)
{
	char text[NUM_TEXT];
	size_t i;

	str_add(out, "metric\tvalue\n");
	for (i = 0; i < r->measures; i++) {
		str_add(out, r->measure[i].name);
		str_add_char(out, '\t');
		num_print_double(text, r->measure[i].value);
		str_add(out, text);
		str_add_char(out, '\n');
	}
}

int
score_write_metrics(struct outfile *out, const struct model *m,
		    const struct metrics *metrics, bool tsv, struct err *e)
{
	struct metrics_record r = {0};
	struct str text = STR_INIT;
	struct json j = json_start(&text);
	int status = metrics_json_tables(metrics, &m->enc.classes,
					 m->params.gainslift_bins, &j, e);

	str_add_char(&text, '\n');
	if (status == 0)
		status = str_check(&text, e);
	if (status == 0 && tsv) {
		status = metrics_read(&r, text.buf, e);
		str_reset(&text);
		add_lines(&r, &text);
		metrics_record_release(&r);
	}
	if (status < 0 || str_check(&text, e) < 0 ||
	    outfile_write(out, text.buf, text.len, e) < 0 ||
	    outfile_flush(out, e) < 0)
		status = -1;
	str_release(&text);
	return status;
}

int
score_set_delimiter(void *to, const char *name, const char *value,
		    struct err *e)
{
	(void)name;
	if (!strcmp(value, "tab"))
		value = "\t";
	if (!strcmp(value, "space"))
		value = " ";
	if (strlen(value) != 1)
		return err_set(e, ERR_USAGE, "'%s': must be one character, "
			       "tab or space", value);
	*(char *)to = *value;
	return 0;
}

bool
score_is_tsv(const char *path, bool rows)
{
	size_t len = strlen(path);

	return !strcmp(path, "-") ? rows
		: len > 4 && !strcmp(path + len - 4, ".tsv");
}

int
score_check_outputs(const char *model, const char *input, const char *output,
		    const char *metrics, struct err *e)
{
	const char *const out[] = {output, metrics};

	for (size_t i = 0; i < 2 && model; i++)
		if (out[i] && (file_is_same(out[i], model) ||
			       file_is_same(out[i], input)))
			return err_set(e, ERR_USAGE, "'%s': an output is also "
				       "the model or the table", out[i]);
	return outputs_check_apart(out, 2, NULL, 0, e);
}
