/* provenance.c - how a model came about; see provenance.h. */
#include "dltools/provenance.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "dltools/frame.h"
#include "model/train_int.h"

/* ---- words for a shell ------------------------------------------------ */

static void
add_word(struct str *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=+@%";

	if (*word && !word[strspn(word, plain)]) {
		str_add(out, word);
		return;
	}
	str_add_char(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			str_add(out, "'\\''");
		else
			str_add_char(out, *word);
	}
	str_add_char(out, '\'');
}

static void
add_option(struct str *out, const struct param_info *i, const char *value)
{
	str_add(out, " --");
	for (const char *c = i->name; *c; c++)
		str_add_char(out, *c == '_' ? '-' : *c);
	str_add_char(out, '=');
	add_word(out, value);
}

/* ---- what a reproducible model knows ----------------------------------- */

/* The end of a value: a blank before `name=`, or the end of the text. */
static const char *
value_end(const char *text)
{
	for (const char *at = text; (at = strchr(at, ' ')) != NULL; at++) {
		size_t n = strcspn(at + 1, "= ");
		char name[64];

		if (at[1 + n] != '=' || n >= sizeof(name))
			continue;
		memcpy(name, at + 1, n);
		name[n] = '\0';
		if (param_find(name))
			return at;
	}
	return text + strlen(text);
}

/* "hidden=8 epochs=2": as options. */
static void
add_asked(struct str *out, const char *asked)
{
	struct str value = STR_INIT;

	while (*asked) {
		size_t n = strcspn(asked, "=");
		const char *end = value_end(asked);
		const struct param_info *info;

		str_reset(&value);
		str_add_bytes(&value, asked, n);
		info = param_find(value.buf);
		str_reset(&value);
		if (asked[n])
			str_add_bytes(&value, asked + n + 1,
				      (size_t)(end - asked) - n - 1);
		/* valid=true says only that there were validation frames */
		if (info && info->type != PARAM_PATHS)
			add_option(out, info, value.buf);
		asked = *end ? end + 1 : end;
	}
	str_release(&value);
}

static void
add_roles(struct str *out, const struct params *p)
{
	struct str value = STR_INIT;

	for (size_t i = 0; i < PARAM_COUNT; i++) {
		const struct param_info *info = &param_table[i];

		if ((info->type != PARAM_COLUMN &&
		     info->type != PARAM_COLUMNS) || param_is_initial(p, info))
			continue;
		str_reset(&value);
		param_print(p, info, &value);
		add_option(out, info, value.buf);
	}
	str_release(&value);
}

static void
add_known(struct str *out, const struct model *m, const char *path)
{
	str_add(out, "dl-train");
	add_roles(out, &m->params);
	add_asked(out, m->asked);
	if (!strstr(m->asked, "seed="))
		str_addf(out, " --seed=%lld", (long long)m->params.seed);
	if (*m->validation_id)
		str_add(out, " --valid=VALIDATION");
	for (size_t i = 0; i < m->others; i++)
		str_addf(out, " --valid=%s=OTHER", m->other[i].name);
	str_add(out, " -o ");
	add_word(out, path);
	str_add(out, " FRAME");
}

static void
add_ids(struct str *out, const struct model *m)
{
	str_addf(out, "# FRAME: the frame of content hash %s\n", m->frame_id);
	if (*m->validation_id)
		str_addf(out, "# VALIDATION: that of %s\n", m->validation_id);
	for (size_t i = 0; i < m->others; i++)
		str_addf(out, "# OTHER %s: that of %s\n", m->other[i].name,
			 m->other_set[i].frame_id);
}

static void
add_known_rule(struct str *out, const struct model *m, const char *path,
	       bool rule)
{
	add_ids(out, m);
	if (rule) {
		add_word(out, path);
		str_addf(out, ": FRAME%s\n\t",
			 *m->validation_id ? " VALIDATION" : "");
	}
	add_known(out, m, path);
	str_add_char(out, '\n');
}

/* ---- what other models have recorded ----------------------------------- */

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* A $ is doubled in a recipe. */
static void
add_recipe_word(struct str *out, const char *word, bool rule)
{
	struct str quoted = STR_INIT;

	add_word(&quoted, word);
	for (const char *c = quoted.buf; *c; c++) {
		if (rule && *c == '$')
			str_add_char(out, '$');
		str_add_char(out, *c);
	}
	str_release(&quoted);
}

static void
add_recorded(struct str *out, const json_t *run, bool rule)
{
	const json_t *word, *input;
	const char *between = "";
	size_t i;

	if (rule) {
		add_word(out, text_of(run, "output"));
		str_add_char(out, ':');
		json_array_foreach(json_object_get(run, "inputs"), i, input) {
			str_add_char(out, ' ');
			add_word(out, text_of(input, "path"));
		}
		str_add(out, "\n\t");
	}
	json_array_foreach(json_object_get(run, "command"), i, word) {
		const char *text = json_string_value(word);

		str_add(out, between);
		add_recipe_word(out, text ? text : "", rule);
		between = " ";
	}
	str_add_char(out, '\n');
}

int
provenance_command(const struct model *m, const char *path, bool rule,
		   struct str *out, struct err *e)
{
	json_t *run = m->run_json ? json_loads(m->run_json, 0, NULL) : NULL;

	if (json_array_size(json_object_get(run, "command")) > 0)
		add_recorded(out, run, rule);
	else
		add_known_rule(out, m, path, rule);
	json_decref(run);
	return str_check(out, e);
}

/* ---- are the inputs what they were? ------------------------------------ */

static void
check_input(const json_t *input, struct str *out, struct str *bad)
{
	const char *path = text_of(input, "path"), *was = text_of(input, "id");
	const char *between = bad->len ? "; " : "";
	struct err why = {0};
	struct frame *f;
	char is[33];

	if (access(path, F_OK) < 0) {
		str_addf(bad, "%s%s '%s' is missing", between,
			 text_of(input, "role"), path);
		return;
	}
	f = frame_open(path, &why);
	if (!f) {
		str_addf(bad, "%s%s %s", between, text_of(input, "role"),
			 why.msg);
		return;
	}
	frame_id(f, is);
	frame_close(f);
	if (strcmp(is, was) != 0)
		str_addf(bad, "%s%s '%s' has changed (was %s, is %s)", between,
			 text_of(input, "role"), path, was, is);
	else
		str_addf(out, "%s '%s' is unchanged\n",
			 text_of(input, "role"), path);
}

int
provenance_check(const struct model *m, struct str *out, struct err *e)
{
	json_t *run = m->run_json ? json_loads(m->run_json, 0, NULL) : NULL;
	const json_t *inputs = json_object_get(run, "inputs"), *input;
	struct str bad = STR_INIT;
	size_t i;
	int rc = 0;

	json_array_foreach(inputs, i, input)
		check_input(input, out, &bad);
	if (json_array_size(inputs) == 0)
		rc = err_set(e, ERR_GATE, "the model names no file; its "
			     "training frame has content hash %s",
			     m->frame_id);
	else if (bad.len)
		rc = err_set(e, ERR_GATE, "%s", bad.buf);
	str_release(&bad);
	json_decref(run);
	return rc < 0 ? -1 : str_check(out, e);
}
