/*
 * train_resume.c - reading the text "resume" of an unfinished model.
 */
#include "model/train_resume.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "conf/json_read.h"

static const struct {
	const char *key;
	size_t offset;
	int64_t low;
} ints[] = {
	{"origin", offsetof(struct train_resume, origin), 0},
	{"first_event", offsetof(struct train_resume, first_event), 0},
	{"iteration_end", offsetof(struct train_resume, iteration_end), 0},
	{"best_event", offsetof(struct train_resume, best_event), -1},
};

static const struct {
	const char *key;
	size_t offset;
} reals[] = {
	{"best_loss", offsetof(struct train_resume, best_loss)},
	{"wall_s", offsetof(struct train_resume, wall_s)},
	{"cpu_s", offsetof(struct train_resume, cpu_s)},
	{"training_s", offsetof(struct train_resume, training_s)},
	{"scoring_s", offsetof(struct train_resume, scoring_s)},
};

static int
get_ints(struct train_resume *r, const json_t *root)
{
	for (size_t i = 0; i < sizeof(ints) / sizeof(*ints); i++) {
		const json_t *v = json_object_get(root, ints[i].key);
		int64_t value = json_integer_value(v);

		if (!json_is_integer(v) || value < ints[i].low)
			return -1;
		memcpy((char *)r + ints[i].offset, &value, sizeof(value));
	}
	return 0;
}

static int
get_reals(struct train_resume *r, const json_t *root)
{
	for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++) {
		const json_t *v = json_object_get(root, reals[i].key);
		double value = json_is_null(v) ? NAN : json_number_value(v);

		if (!json_is_null(v) && !json_is_number(v))
			return -1;
		memcpy((char *)r + reals[i].offset, &value, sizeof(value));
	}
	return 0;
}

int
train_resume_parse(struct train_resume *r, const char *text, struct err *e)
{
	json_t *root = NULL;
	int rc = text ? json_read(&root, text, strlen(text), NULL, e) : 1;

	memset(r, 0, sizeof(*r));
	if (rc >= 0 && (get_ints(r, root) < 0 || get_reals(r, root) < 0))
		rc = err_set(e, ERR_INPUT, "the saved state is not one of a "
			     "run that can be resumed");
	json_decref(root);
	return rc;
}
