/*
 * model_others.c - the text "other_validation" of a model: validation sets
 * beyond the one that decides.
 */
#include <string.h>

#include "conf/json_read.h"
#include "dltools/json.h"
#include "dltools/mem.h"
#include "model/model_int.h"

/* json_put_text() of a text that is JSON already. */
static void
put_json(struct json *j, const char *text)
{
	json_put_null(j);
	j->out->len -= 4;
	str_add(j->out, text);
}

void
model_write_others(const struct model *m, struct json *j)
{
	struct history_layout l = model_layout(m);

	l.validation = true;
	json_put_array(j);
	for (size_t i = 0; i < m->others; i++) {
		json_put_object(j);
		json_key(j, "name");
		json_put_text(j, m->other[i].name);
		json_key(j, "frame");
		json_put_text(j, m->other_set[i].frame_id);
		json_key(j, "metrics");
		if (m->other_set[i].json)
			put_json(j, m->other_set[i].json);
		else
			json_put_null(j);
		json_key(j, "history");
		history_write_json(&l, &m->other[i].history, j);
		json_end(j);
	}
	json_end(j);
}

static int
parse_set(struct history_other *o, struct model_other *s, const json_t *root,
	  struct err *e)
{
	const char *name = json_string_value(json_object_get(root, "name"));
	const char *id = json_string_value(json_object_get(root, "frame"));
	const json_t *metrics = json_object_get(root, "metrics");
	char *text;

	if (!name || !model_is_name(name) || !id || !model_is_id(id) ||
	    (!json_is_object(metrics) && !json_is_null(metrics)))
		return err_set(e, ERR_INPUT, "not as it should be");
	memcpy(s->frame_id, id, strlen(id) + 1);
	o->name = mem_strdup(name, e);
	if (!o->name)
		return -1;
	if (json_is_object(metrics)) {
		text = json_dumps(metrics, JSON_COMPACT);
		if (!text)
			return err_nomem(e, "JSON");
		s->json = mem_strdup(text, e);
		free(text);
		if (!s->json)
			return -1;
	}
	return history_parse(&o->history, json_object_get(root, "history"), e);
}

int
model_read_others(struct model *m, const char *text, struct err *e)
{
	json_t *root;
	int rc = json_read(&root, text, strlen(text), NULL, e);
	size_t n = json_array_size(root);

	if (rc >= 0 && (!json_is_array(root) || n > MODEL_OTHERS))
		rc = err_set(e, ERR_INPUT, "not as it should be");
	else if (rc == 0)
		rc = model_add_others(m, n, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = parse_set(&m->other[i], &m->other_set[i],
			       json_array_get(root, i), e);
		if (rc == 0 && m->other[i].history.n != m->history.n)
			rc = err_set(e, ERR_INPUT, "not as long as the "
				     "history");
	}
	json_decref(root);
	return rc < 0 ? err_prefix(e, "'other_validation'") : 0;
}
