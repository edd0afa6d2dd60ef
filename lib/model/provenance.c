/* provenance.c - how a model came about; see provenance.h. */
#include "dltools/provenance.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "dltools/frame.h"
#include "dltools/train_text.h"
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

/* The end of a value: a blank outside quotes, or the end of the text. */
static const char *
value_end(const char *text)
{
	bool quoted = false;

	for (; *text && (quoted || *text != ' '); text++)
		if (*text == '"')
			quoted = !quoted;
	return text;
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
		/* valid=true says only that there were validation frames; the
		 * seed may have been drawn */
		if (info && info->type != PARAM_PATHS &&
		    info != &param_table[PARAM_ID_seed])
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
add_known_inputs(struct str *out, const struct model *m)
{
	str_add(out, " FRAME");
	if (*m->validation_id)
		str_add(out, " VALIDATION");
	if (m->others)
		str_add(out, " OTHER");
}

/* ---- what other models have recorded ----------------------------------- */

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void
add_recorded(struct str *out, const json_t *run)
{
	const json_t *word;
	const char *between = "";
	size_t i;

	json_array_foreach(json_object_get(run, "command"), i, word) {
		const char *text = json_string_value(word);

		str_add(out, between);
		add_word(out, text ? text : "");
		between = " ";
	}
}

static void
add_recorded_inputs(struct str *out, const json_t *run)
{
	const json_t *input;
	size_t i;

	json_array_foreach(json_object_get(run, "inputs"), i, input) {
		str_add_char(out, ' ');
		train_rule_name(out, text_of(input, "path"));
	}
}

/* ---- either, as a command or as a rule --------------------------------- */

/* A $ is doubled in a recipe. */
static void
add_recipe(struct str *out, const char *command)
{
	str_add(out, "\n\t");
	for (; *command; command++) {
		if (*command == '$')
			str_add_char(out, '$');
		str_add_char(out, *command);
	}
}

static void
add_rule(struct str *out, const struct model *m, const char *path,
	 const json_t *run, const char *command)
{
	train_rule_name(out, run ? text_of(run, "output") : path);
	str_add_char(out, ':');
	if (run)
		add_recorded_inputs(out, run);
	else
		add_known_inputs(out, m);
	add_recipe(out, command);
}

int
provenance_command(const struct model *m, const char *path, bool rule,
		   struct str *out, struct err *e)
{
	json_t *run = m->run_json ? json_loads(m->run_json, 0, NULL) : NULL;
	bool recorded = json_array_size(json_object_get(run, "command")) > 0;
	struct str command = STR_INIT;
	int rc;

	if (recorded) {
		add_recorded(&command, run);
	} else {
		add_ids(out, m);
		add_known(&command, m, path);
	}
	rc = str_check(&command, e);
	if (rc == 0 && rule)
		add_rule(out, m, path, recorded ? run : NULL, command.buf);
	else if (rc == 0)
		str_add(out, command.buf);
	str_add_char(out, '\n');
	str_release(&command);
	json_decref(run);
	return rc < 0 ? -1 : str_check(out, e);
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
