/* provenance.c - how a model came about; see provenance.h. */
#include "dltools/provenance.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conf/json_read.h"
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

/* "hidden=8 epochs=2": as options. */
static void
add_asked(struct str *out, const char *asked)
{
	struct str value = STR_INIT;
	const struct param_info *info;

	while (*asked) {
		asked = params_row_item(asked, &info, &value);
		/* valid=true says only that there were validation frames; the
		 * seed may have been drawn */
		if (info && info->type != PARAM_PATHS &&
		    info != &param_table[PARAM_ID_seed])
			add_option(out, info, value.buf);
		out->failed |= value.failed;
	}
	str_release(&value);
}

static void
add_roles(struct str *out, const struct params *p)
{
	struct str value = STR_INIT;
	struct err e;

	for (size_t i = 0; i < PARAM_COUNT; i++) {
		const struct param_info *info = &param_table[i];
		int initial;

		if (!(info->flags & PARAM_ROLE) || info->type == PARAM_PATH ||
		    info->type == PARAM_PATHS)
			continue;
		initial = param_is_initial(p, info, &e);
		out->failed |= initial < 0;
		if (initial)
			continue;
		str_reset(&value);
		param_print(p, info, &value);
		add_option(out, info, value.buf);
		out->failed |= value.failed;
	}
	str_release(&value);
}

/* Names that stand for inputs: as options, explained, as prerequisites. */
struct known {
	struct str options, comments, names;
};

/* `is` stands before the name in the option's value. */
static void
know(struct known *k, const char *option, const char *is, const char *name,
     const char *id)
{
	bool is_model = strcmp(option, "checkpoint") == 0 ||
			strcmp(option, "pretrained-autoencoder") == 0;

	if (*option)
		str_addf(&k->options, " --%s=%s%s", option, is, name);
	str_addf(&k->names, " %s", name);
	str_addf(&k->comments, "# %s: the %s %s\n", name, is_model ?
		 "model of digest" : "frame of content hash", id);
}

static void
know_frames(struct known *k, const struct model *m)
{
	know(k, "", "", "FRAME", m->frame_id);
	if (*m->validation_id)
		know(k, "valid", "", "VALIDATION", m->validation_id);
	for (size_t i = 0; i < m->others; i++) {
		struct str name = STR_INIT, is = STR_INIT;

		str_addf(&name, "OTHER_%s", m->other[i].name);
		str_addf(&is, "%s=", m->other[i].name);
		know(k, "valid", is.buf, name.buf, m->other_set[i].frame_id);
		k->options.failed |= name.failed || is.failed;
		str_release(&name);
		str_release(&is);
	}
}

/* A text of the model that is JSON, NULL without one; *failed: no memory. */
static json_t *
parse(const char *text, bool *failed)
{
	json_t *root = NULL;
	struct err e;

	if (text && json_read(&root, text, strlen(text), NULL, &e) < 0)
		*failed = true;
	return root;
}

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Frames of weights, one option per layer, and empty ones between. */
static void
know_layers(struct known *k, const struct model *m, const json_t *inputs,
	    const char *role, const char *option, const char *stem)
{
	size_t layers = m->params.hidden.n + 1, l, i;
	bool any = false;
	const json_t *input;

	json_array_foreach(inputs, i, input)
		any |= strcmp(text_of(input, "role"), role) == 0;
	for (l = 1; any && l <= layers; l++) {
		const char *id = NULL;
		char name[64];

		json_array_foreach(inputs, i, input)
			if (strcmp(text_of(input, "role"), role) == 0 &&
			    json_integer_value(json_object_get(input,
					       "layer")) == (json_int_t)l)
				id = text_of(input, "id");
		snprintf(name, sizeof(name), "%s_%zu", stem, l);
		if (id)
			know(k, option, "", name, id);
		else
			str_addf(&k->options, " --%s=", option);
	}
}

static void
know_start(struct known *k, const struct model *m)
{
	json_t *origin = parse(m->origin_json, &k->options.failed);
	const json_t *inputs = json_object_get(origin, "inputs"), *input;
	size_t i;

	json_array_foreach(inputs, i, input) {
		if (strcmp(text_of(input, "role"), "checkpoint") == 0)
			know(k, "checkpoint", "", "CHECKPOINT",
			     text_of(input, "id"));
		if (strcmp(text_of(input, "role"), "pretrained_autoencoder") ==
		    0)
			know(k, "pretrained-autoencoder", "", "PRETRAINED",
			     text_of(input, "id"));
	}
	know_layers(k, m, inputs, "initial_weights", "initial-weights",
		    "WEIGHTS");
	know_layers(k, m, inputs, "initial_biases", "initial-biases",
		    "BIASES");
	json_decref(origin);
}

void
provenance_tags(const struct model *m, struct str *out)
{
	json_t *tags = parse(m->tags_json, &out->failed);
	const char *key, *between = "";
	json_t *value;

	json_object_foreach(tags, key, value) {
		const char *text = json_string_value(value);

		str_add(out, between);
		str_add_quoted(out, key, strlen(key), 200);
		str_add_char(out, '=');
		if (text)
			str_add_quoted(out, text, strlen(text), 200);
		between = ", ";
	}
	json_decref(tags);
}

static void
add_tags(struct str *out, const struct model *m)
{
	json_t *tags = parse(m->tags_json, &out->failed);
	const char *key;
	json_t *value;

	json_object_foreach(tags, key, value) {
		struct str tag = STR_INIT;

		str_addf(&tag, "%s=%s", key, json_string_value(value) ?
			 json_string_value(value) : "");
		str_add(out, " --tag=");
		add_word(out, tag.buf);
		out->failed |= tag.failed;
		str_release(&tag);
	}
	json_decref(tags);
}

static void
add_known(struct str *out, const struct model *m, const char *path,
	  const struct known *k)
{
	str_add(out, "dl-train");
	add_roles(out, &m->params);
	add_asked(out, m->asked);
	str_addf(out, " --seed=%lld", (long long)m->params.seed);
	str_add(out, k->options.buf);
	add_tags(out, m);
	if (m->lacks_state)
		str_add(out, " --no-state");
	str_add(out, " -o ");
	add_word(out, path);
	str_add(out, " FRAME");
}

/* ---- what other models have recorded ----------------------------------- */

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
		train_rule_input(out, text_of(input, "path"));
	}
}

/* Why the recorded command may make another model. */
static void
add_doubts(struct str *out, const struct model *m, const json_t *run)
{
	const json_t *input, *by;
	bool named = false;
	size_t i;

	json_array_foreach(json_object_get(run, "inputs"), i, input)
		named |= strcmp(text_of(input, "role"), "training") == 0;
	json_array_foreach(json_object_get(run, "decided_by"), i, by)
		str_addf(out, "# not reproducible: decided by: %s\n",
			 json_is_string(by) ? json_string_value(by) : "");
	if (!strstr(m->asked, "seed="))
		str_addf(out, "# the seed was drawn: --seed=%lld\n",
			 (long long)m->params.seed);
	if (!named)
		str_addf(out, "# standard input: the frame of content hash "
			 "%s\n", m->frame_id);
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
add_rule(struct str *out, const char *target, const char *names,
	 const char *command)
{
	train_rule_target(out, target);
	str_add_char(out, ':');
	str_add(out, names);
	add_recipe(out, command);
}

static void
make_known(const struct model *m, const char *path, struct known *k,
	   struct str *command)
{
	know_frames(k, m);
	know_start(k, m);
	add_known(command, m, path, k);
	if (!m->finished)
		str_add(&k->comments, "# unfinished: this makes the model that "
			"it is a state of\n");
}

int
provenance_command(const struct model *m, const char *path, bool rule,
		   struct str *out, struct err *e)
{
	struct str command = STR_INIT;
	json_t *run = parse(m->run_json, &command.failed);
	bool recorded = json_array_size(json_object_get(run, "command")) > 0;
	struct known k = {STR_INIT, STR_INIT, STR_INIT};
	int rc;

	if (recorded) {
		add_doubts(&k.comments, m, run);
		add_recorded(&command, run);
		add_recorded_inputs(&k.names, run);
		path = text_of(run, "output");
	} else {
		make_known(m, path, &k, &command);
	}
	command.failed |= k.options.failed || k.comments.failed ||
			  k.names.failed;
	rc = str_check(&command, e);
	if (rc == 0 && rule && (strchr(path, '\n') ||
				strchr(k.names.buf, '\n') ||
				strchr(command.buf, '\n')))
		rc = err_set(e, ERR_INPUT, "--rule: a name with a line feed "
			     "cannot stand in a makefile");
	str_add(out, k.comments.buf);
	if (rc == 0 && rule)
		add_rule(out, path, k.names.buf, command.buf);
	else if (rc == 0)
		str_add(out, command.buf);
	str_add_char(out, '\n');
	str_release(&k.options);
	str_release(&k.comments);
	str_release(&k.names);
	str_release(&command);
	json_decref(run);
	return rc < 0 ? -1 : str_check(out, e);
}

/* ---- are the inputs what they were? ------------------------------------ */

static int
check_input(const json_t *input, struct str *out, struct str *bad,
	    struct err *e)
{
	const char *path = text_of(input, "path"), *was = text_of(input, "id");
	const char *role = text_of(input, "role");
	enum input_kind kind = input_kind_of(text_of(input, "kind"));
	const char *between = bad->len ? "; " : "";
	struct err why = {0};
	char is[33];

	if (access(path, F_OK) < 0)
		str_addf(bad, "%s%s '%s' is missing", between, role, path);
	else if (input_id(kind, path, is, &why) < 0 && why.code == ERR_OUTPUT)
		return err_set(e, why.code, "%s", why.msg);
	else if (why.code)
		str_addf(bad, "%s%s %s", between, role, why.msg);
	else if (strcmp(is, was) != 0)
		str_addf(bad, "%s%s '%s' has changed (was %s, is %s)", between,
			 role, path, was, is);
	else
		str_addf(out, "%s '%s' is unchanged\n", role, path);
	return 0;
}

int
provenance_check(const struct model *m, struct str *out, struct err *e)
{
	struct str bad = STR_INIT;
	json_t *run = parse(m->run_json, &bad.failed);
	const json_t *inputs = json_object_get(run, "inputs"), *input;
	size_t i;
	int rc = 0;

	json_array_foreach(inputs, i, input)
		if (rc == 0)
			rc = check_input(input, out, &bad, e);
	if (rc == 0)
		rc = str_check(&bad, e);
	if (rc == 0 && json_array_size(inputs) == 0)
		rc = err_set(e, ERR_GATE, "the model names no file; its "
			     "training frame has content hash %s",
			     m->frame_id);
	else if (rc == 0 && bad.len)
		rc = err_set(e, ERR_GATE, "%s", bad.buf);
	str_release(&bad);
	json_decref(run);
	return rc < 0 ? -1 : str_check(out, e);
}
