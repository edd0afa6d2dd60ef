/* import_like.c - the coding of --like; see import_like.h. */
#include "import_like.h"

#include <dltools/mem.h>
#include <dltools/model.h>

/* A model's columns: predictors and response with their levels. */
static int
schema_of_model(struct import_schema *s, const char *path, struct err *e)
{
	const struct string_table *levels;
	const struct encoder_source *c;
	struct model m = {0};
	size_t i;

	if (model_open(&m, path, e) < 0)
		return -1;
	s->is_coding = true;
	s->origin = mem_strdup(path, e);
	for (i = 0; s->origin && i < m.enc.sources; i++) {
		c = &m.enc.source[i];
		levels = c->predictor >= 0 ?
			&m.enc.column[c->predictor].levels :
			c->role == ROLE_RESPONSE ? &m.enc.classes : NULL;
		if (import_schema_add(s, c->name, c->type, levels, e) < 0)
			break;
	}
	i = i == m.enc.sources && s->origin &&
	    import_schema_follow(s, &m.dialect, e) == 0;
	model_release(&m);
	return i ? 0 : -1;
}

int
import_like(struct import_schema *s, const char *path, struct err *e)
{
	int is = model_is_model(path, e);

	if (is < 0)
		return -1;
	return is ? schema_of_model(s, path, e)
		  : import_schema_of_frame(s, path, e);
}
