/* cm_json.c - a confusion matrix as one JSON document. */
#include "cm_int.h"

#include <math.h>

#include <dltools/json.h>

const char *const cm_shares[] = {"none", "row", "col", "all", NULL};

static void
write_cells(const struct confusion *c, const struct cm_style *style,
	    struct json *j)
{
	size_t i, k, next = 0;
	double count;

	if (style->normalize != CM_COUNTS) {
		json_key(j, "normalize");
		json_put_text(j, cm_shares[style->normalize]);
	}
	json_key(j, "matrix");
	json_put_array(j);
	for (i = 0; i < c->classes; i++) {
		json_put_array(j);
		for (k = 0; k < c->classes; k++) {
			count = 0;
			if (next < c->cells && c->cell[next].actual == i &&
			    c->cell[next].predicted == k)
				count = c->cell[next++].weight;
			json_put_real(j, cm_scaled(c, style->normalize, count,
						   i, k));
		}
		json_end(j);
	}
	json_end(j);
}

static void
write_per_class(const struct confusion *c, enum confusion_measure m,
		struct json *j)
{
	size_t i;

	json_key(j, confusion_measures[m]);
	json_put_array(j);
	for (i = 0; i < c->classes; i++)
		json_put_real(j, confusion_value(c, m, i));
	json_end(j);
}

static void
write_metrics(const struct confusion *c, struct json *j)
{
	double value;
	size_t k;
	int m;

	for (m = CONFUSION_ACCURACY; m < CONFUSION_HIT_RATIO; m++) {
		value = confusion_value(c, (enum confusion_measure)m, 0);
		if (m == CONFUSION_ROWS || isnan(value))
			continue;
		json_key(j, confusion_measures[m]);
		json_put_real(j, value);
	}
	if (!isnan(confusion_value(c, CONFUSION_HIT_RATIO, 1))) {
		json_key(j, confusion_measures[CONFUSION_HIT_RATIO]);
		json_put_array(j);
		for (k = 1; k <= METRICS_HITS; k++) {
			value = confusion_value(c, CONFUSION_HIT_RATIO, k);
			if (!isnan(value))
				json_put_real(j, value);
		}
		json_end(j);
	}
	for (m = CONFUSION_PRECISION; m <= CONFUSION_SUPPORT; m++)
		write_per_class(c, (enum confusion_measure)m, j);
}

int
cm_print_json(const struct confusion *c, const struct cm_style *style,
	      struct err *e)
{
	struct str out = STR_INIT;
	struct json j = json_start(&out);
	size_t i;
	int status;

	json_put_object(&j);
	json_key(&j, "schema");
	json_put_text(&j, "dl.confusion/1");
	json_key(&j, "rows");
	json_put_int(&j, c->rows);
	json_key(&j, "skipped");
	json_put_int(&j, c->skipped);
	json_key(&j, "matrix_rows");
	json_put_text(&j, "actual");
	json_key(&j, "classes");
	json_put_array(&j);
	for (i = 0; i < c->classes; i++)
		json_put_text(&j, c->name[i]);
	json_end(&j);
	write_cells(c, style, &j);
	json_key(&j, "error");
	json_put_real(&j, confusion_value(c, CONFUSION_ERROR, 0));
	write_per_class(c, CONFUSION_CLASS_ERROR, &j);
	if (style->metrics)
		write_metrics(c, &j);
	json_end(&j);
	status = str_check(&out, e);
	if (status == 0)
		puts(out.buf);
	str_release(&out);
	return status;
}
