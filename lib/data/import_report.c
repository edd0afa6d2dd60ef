/* import_report.c - what an import made, as JSON; see import.h. */
#include <dltools/import.h>

#include <string.h>

#include <dltools/json.h>
#include <dltools/mem.h>

void
import_report_release(struct import_report *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; i < r->columns; i++) {
		mem_free(r->column[i].name);
		string_table_release(&r->column[i].levels);
		if (r->format)
			mem_free(r->format[i]);
	}
	mem_free(r->column);
	mem_free(r->format);
	csv_dialect_release(&r->dialect);
	memset(r, 0, sizeof(*r));
}

static void
put_levels(struct json *j, const struct string_table *t)
{
	size_t i;

	json_key(j, "levels");
	json_put_array(j);
	for (i = 0; i < t->n; i++)
		json_put_bytes(j, t->bytes + t->at[i], t->at[i + 1] - t->at[i]);
	json_end(j);
}

static void
put_columns(struct json *j, const struct import_report *r)
{
	const struct frame_column *c;
	size_t i;

	json_key(j, "columns");
	json_put_array(j);
	for (i = 0; i < r->columns; i++) {
		c = &r->column[i];
		json_put_object(j);
		json_add_text(j, "name", c->name);
		json_add_text(j, "type", column_type_name(c->type));
		json_add_int(j, "present", c->stats.count);
		json_add_int(j, "missing", c->stats.missing);
		if (r->format && r->format[i])
			json_add_text(j, "format", r->format[i]);
		if (c->type == COLUMN_ENUM)
			put_levels(j, &c->levels);
		json_end(j);
	}
	json_end(j);
}

int
import_report_json(const struct import_report *r, double seconds,
		   struct str *out, struct err *e)
{
	struct json j = json_start(out);
	const char delimiter[2] = { r->dialect.delimiter, '\0' };

	json_put_object(&j);
	json_add_text(&j, "schema", "dl.import/1");
	json_add_int(&j, "rows", r->rows);
	json_add_int(&j, "rejected", r->rejected);
	json_add_int(&j, "padded", r->padded);
	json_add_int(&j, "blank_lines", r->blank_lines);
	json_add_int(&j, "text_bytes", (int64_t)r->bytes);
	json_add_real(&j, "elapsed_s", seconds);
	json_add_text(&j, "delimiter", delimiter);
	json_add_bool(&j, "header", r->dialect.has_header);
	put_columns(&j, r);
	json_end(&j);
	str_add_char(out, '\n');
	return str_check(out, e);
}
