/* import_schema.c - schemas of frames and JSON files; see import.h. */
#include "import_int.h"

#include <string.h>

#include <dltools/mem.h>

#include "cell_int.h"
#include "conf/json_read.h"

void
import_schema_release(struct import_schema *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->columns; i++) {
		mem_free(s->column[i].name);
		string_table_release(&s->column[i].levels);
		if (s->format)
			mem_free(s->format[i]);
	}
	mem_free(s->column);
	mem_free(s->format);
	mem_free(s->origin);
	mem_free(s->own);
	csv_dialect_release(&s->dialect);
	memset(s, 0, sizeof(*s));
}

int
import_schema_add(struct import_schema *s, const char *name,
		  enum column_type type, const struct string_table *levels,
		  struct err *e)
{
	size_t i, room = s->columns, more = s->columns;
	struct frame_column *c;

	if (mem_grow(&s->column, &room, s->columns + 1, sizeof(*s->column),
		     e) < 0 ||
	    mem_grow(&s->format, &more, s->columns + 1, sizeof(*s->format),
		     e) < 0)
		return -1;
	c = &s->column[s->columns];
	memset(c, 0, sizeof(*c));
	s->format[s->columns] = NULL;
	c->name = mem_strdup(name, e);
	if (!c->name)
		return -1;
	s->columns++;
	c->type = type;
	for (i = 0; levels && i < levels->n; i++)
		if (string_table_add(&c->levels, levels->bytes + levels->at[i],
				     levels->at[i + 1] - levels->at[i],
				     e) < 0)
			return -1;
	return 0;
}

int
import_schema_follow(struct import_schema *s, const struct csv_dialect *d,
		     struct err *e)
{
	struct string_set names = {0};
	const struct csv_own *own;
	size_t i, at;
	int status = -1;

	s->own = mem_zalloc(s->columns, sizeof(*s->own), e);
	if (!s->own || csv_dialect_copy(&s->dialect, d, e) < 0)
		return -1;
	for (i = 0; i < s->columns; i++)
		if (string_set_add(&names, s->column[i].name,
				   strlen(s->column[i].name), e) < 0)
			goto out;
	for (i = 0; i < s->dialect.owns; i++) {
		own = &s->dialect.own[i];
		at = (size_t)string_set_find(&names, own->column,
					     strlen(own->column));
		if (at == SIZE_MAX)
			continue;
		s->own[at] = own;
		if (own->format &&
		    !(s->format[at] = mem_strdup(own->format, e)))
			goto out;
	}
	status = 0;
out:
	string_set_release(&names);
	return status;
}

int
import_schema_of_frame(struct import_schema *s, const char *path,
		       struct err *e)
{
	struct frame *f = frame_open(path, e);
	const struct frame_column *c;
	size_t i;
	int status = f ? 0 : -1;

	memset(s, 0, sizeof(*s));
	s->is_coding = true;
	for (i = 0; status == 0 && i < frame_columns(f); i++) {
		c = frame_column(f, i);
		status = import_schema_add(s, c->name, c->type, &c->levels, e);
	}
	if (status == 0 && frame_dialect(f))
		status = import_schema_follow(s, frame_dialect(f), e);
	if (status == 0 && !(s->origin = mem_strdup(path, e)))
		status = -1;
	if (f)
		frame_close(f);
	if (status < 0)
		import_schema_release(s);
	return status;
}

static int
find_type(const char *name, enum column_type *type)
{
	static const enum column_type types[] = {
		COLUMN_NUM, COLUMN_ENUM, COLUMN_TEXT, COLUMN_TIME
	};
	size_t i;

	*type = IMPORT_SKIP_COLUMN;
	if (name && !strcmp(name, "skip"))
		return 0;
	for (i = 0; name && i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(name, column_type_name(types[i]))) {
			*type = types[i];
			return 0;
		}
	return -1;
}

static int
add_once(struct string_set *set, const char *what, json_t *text, struct err *e)
{
	size_t before = set->table.n;
	const char *s = json_string_value(text);
	int64_t at = string_set_add(set, s, json_string_length(text), e);

	if (at >= 0 && (size_t)at < before)
		return err_set(e, ERR_INPUT, "%s '%s' is there twice", what, s);
	return at < 0 ? -1 : 0;
}

static int
read_levels(json_t *levels, struct string_set *to, struct err *e)
{
	json_t *level;
	size_t i;

	json_array_foreach(levels, i, level) {
		if (!json_is_string(level))
			return err_set(e, ERR_INPUT, "levels must be texts");
		if (add_once(to, "level", level, e) < 0)
			return -1;
	}
	return 0;
}

/* NULL if there is none; it counts for a time only. */
static int
read_format(json_t *column, size_t number, enum column_type type,
	    const char **format, struct err *e)
{
	json_t *given = json_object_get(column, "format");

	*format = NULL;
	if (type != COLUMN_TIME || !given || json_is_null(given))
		return 0;
	*format = json_string_value(given);
	if (*format && cell_is_time_format(*format))
		return 0;
	return err_set(e, ERR_INPUT, "column %zu: '%s': not a format of a "
		       "time", number, *format ? *format : "format");
}

static int
read_column(struct import_schema *s, json_t *column, struct string_set *names,
	    struct err *e)
{
	const char *name = json_string_value(json_object_get(column, "name"));
	const char *type = json_string_value(json_object_get(column, "type"));
	const char *format;
	struct string_set levels = {0};
	enum column_type t;
	int status;

	if (!name || find_type(type, &t) < 0)
		return err_set(e, ERR_INPUT, "column %zu needs a name and a "
			       "type: num, enum, text, time or skip",
			       s->columns + 1);
	status = add_once(names, "column", json_object_get(column, "name"), e);
	if (status == 0)
		status = read_format(column, s->columns + 1, t, &format, e);
	if (status == 0)
		status = read_levels(json_object_get(column, "levels"),
				     &levels, e);
	if (status == 0)
		status = import_schema_add(s, name, t, &levels.table, e);
	string_set_release(&levels);
	if (status == 0 && format) {
		s->format[s->columns - 1] = mem_strdup(format, e);
		status = s->format[s->columns - 1] ? 0 : -1;
	}
	return status;
}

int
import_schema_of_json(struct import_schema *s, const char *path,
		      struct err *e)
{
	size_t len, i;
	char *text = file_slurp(path, (size_t)1 << 30, &len, e);
	json_t *root = NULL, *columns, *column;
	struct string_set names = {0};
	json_error_t why;
	int status;

	memset(s, 0, sizeof(*s));
	if (!text)
		return -1;
	status = json_read(&root, text, len, &why, e);
	columns = json_object_get(root, "columns");
	if (status > 0)
		status = err_set(e, ERR_INPUT, "%s:%d:%d: not JSON: %s", path,
				 why.line, why.column, why.text);
	else if (status == 0 && !json_is_array(columns))
		status = err_set(e, ERR_INPUT, "'%s' has no list of columns",
				 path);
	if (status == 0)
		json_array_foreach(columns, i, column) {
			status = read_column(s, column, &names, e);
			if (status < 0) {
				err_prefix(e, "%s", path);
				break;
			}
		}
	if (status == 0 && !(s->origin = mem_strdup(path, e)))
		status = -1;
	json_decref(root);
	string_set_release(&names);
	mem_free(text);
	if (status < 0)
		import_schema_release(s);
	return status;
}
