/* grid.c - runs as lines of options, and as config files. */
#include "grid.h"

#include <stdlib.h>

#include <dltools/file.h>
#include <dltools/json.h>
#include <dltools/mem.h>

/* ---- no run twice --------------------------------------------------- */

/* Ids are hashes: their low bits are as good a place as any. */
static bool
add_id(uint64_t *table, size_t size, uint64_t id)
{
	size_t at = (size_t)id & (size - 1);

	for (; table[at]; at = (at + 1) & (size - 1))
		if (table[at] == id)
			return false;
	table[at] = id;
	return true;
}

/* At most half full. */
static int
grow(struct grid_output *o, struct err *e)
{
	size_t size = o->size ? 2 * o->size : 1024;
	uint64_t *table;

	if (2 * (o->lines + 1) <= o->size)
		return 0;
	table = mem_zalloc(size, sizeof(*table), e);
	if (!table)
		return -1;
	for (size_t i = 0; i < o->size; i++)
		if (o->seen[i])
			(void)add_id(table, size, o->seen[i]);
	mem_free(o->seen);
	o->seen = table;
	o->size = size;
	return 0;
}

void
grid_output_release(struct grid_output *o)
{
	mem_free(o->seen);
	str_release(&o->text);
	*o = (struct grid_output){0};
}

/* ---- lines ---------------------------------------------------------- */

static bool
is_given(const struct params *p, size_t k)
{
	return p->from[k] != PARAM_FROM_DEFAULT &&
	       !(param_table[k].flags & PARAM_ROLE);
}

/* --hidden 64,64 --l1 0.001; booleans as --name=false. */
static void
add_options(const struct params *p, struct str *out)
{
	const char *between = "";

	for (size_t k = 0; k < PARAM_COUNT; k++) {
		if (!is_given(p, k))
			continue;
		str_add(out, between);
		param_option(&param_table[k], out);
		str_add_char(out, param_table[k].type == PARAM_BOOL ? '='
								    : ' ');
		param_print(p, &param_table[k], out);
		between = " ";
	}
}

static void
add_object(const struct params *p, const char *id, const char *options,
	   struct str *out)
{
	struct str value = STR_INIT;
	struct json j = json_start(out);

	json_put_object(&j);
	json_key(&j, "id");
	json_put_text(&j, id);
	json_key(&j, "options");
	json_put_text(&j, options);
	json_key(&j, "parameters");
	json_put_object(&j);
	for (size_t k = 0; k < PARAM_COUNT; k++) {
		if (!is_given(p, k))
			continue;
		str_reset(&value);
		param_print(p, &param_table[k], &value);
		json_key(&j, param_table[k].name);
		json_put_text(&j, value.buf);
	}
	json_end(&j);
	json_end(&j);
	out->failed |= value.failed;
	str_release(&value);
}

static int
write_config(const struct grid_output *o, const struct params *p,
	     const char *id, struct err *e)
{
	struct str path = STR_INIT, text = STR_INIT;
	struct outfile out = {0};
	int status = -1;

	str_addf(&path, "%s/%s.conf", o->config_dir, id);
	for (size_t k = 0; k < PARAM_COUNT; k++) {
		if (!is_given(p, k))
			continue;
		str_addf(&text, "%s = ", param_table[k].name);
		param_print(p, &param_table[k], &text);
		str_add_char(&text, '\n');
	}
	if (str_check(&path, e) == 0 && str_check(&text, e) == 0 &&
	    outfile_open(&out, path.buf, e) == 0 &&
	    outfile_write(&out, text.buf, text.len, e) == 0)
		status = outfile_commit(&out, e);
	outfile_discard(&out);
	str_release(&path);
	str_release(&text);
	return status;
}

static void
add_line(struct grid_output *o, const struct params *p, const char *id,
	 const char *options)
{
	if (o->format == GRID_JSON)
		add_object(p, id, options, &o->text);
	else if (o->no_id)
		str_add(&o->text, options);
	else
		str_addf(&o->text, "%s%c%s", id, o->format == GRID_TSV ? '\t'
			 : ' ', options);
	str_add_char(&o->text, '\n');
	o->lines++;
}

int
grid_put(struct grid_output *o, const struct params *p, const char *extra,
	 struct err *e)
{
	struct str options = STR_INIT;
	char id[SEARCH_ID];
	int status;

	if (search_id(p, id, e) < 0 || grow(o, e) < 0)
		return -1;
	if (!add_id(o->seen, o->size, strtoull(id, NULL, 16) + 1))
		return 0;
	add_options(p, &options);
	if (extra)
		str_addf(&options, " %s", extra);
	status = str_check(&options, e);
	if (status == 0 && o->config_dir)
		status = write_config(o, p, id, e);
	if (status == 0)
		add_line(o, p, id, options.buf);
	str_release(&options);
	return status < 0 ? -1 : str_check(&o->text, e);
}
