/* report_inputs.c - what are these files? see report_inputs.h. */
#include "report_inputs.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/frame.h>
#include <dltools/history.h>
#include <dltools/mem.h>
#include <dltools/model.h>
#include <dltools/text_table.h>

void
report_inputs_release(struct report_inputs *in)
{
	for (size_t i = 0; i < in->n; i++)
		mem_free(in->input[i].name);
	mem_free(in->input);
	*in = (struct report_inputs){0};
}

/* "out/a.b.csv" is a.b; packed.csv.zst is packed. */
static char *
plain_name(const char *path, struct err *e)
{
	static const char *const suffix[] = {".zst", ".gz", ".xz", ".bz2",
		".lz4", ".csv", ".tsv", ".jsonl", ".dlm", ".txt"};
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1
							      : path;
	size_t len = strlen(base);

	for (size_t i = 0; i < sizeof(suffix) / sizeof(*suffix); i++) {
		size_t n = strlen(suffix[i]);

		if (len > n && !memcmp(base + len - n, suffix[i], n))
			len -= n;
	}
	return mem_memdup(base, len, e);
}

static int
split(struct report_input *i, const char *operand, struct err *e)
{
	const char *equals = strchr(operand, '=');
	struct stat st;

	i->path = operand;
	if (!strcmp(operand, "-")) {
		i->name = mem_strdup("input", e);
		return i->name ? 0 : -1;
	}
	if (equals && equals > operand && equals[1] &&
	    stat(operand, &st) < 0) {
		i->path = equals + 1;
		i->name = mem_memdup(operand, (size_t)(equals - operand), e);
	} else {
		i->name = plain_name(operand, e);
	}
	return i->name ? 0 : -1;
}

/* By the names of its columns. */
static int
table_kind(const struct text_table *t, enum input_kind *kind, struct err *e)
{
	struct str names = STR_INIT;

	if (results_is_table(t)) {
		*kind = INPUT_RESULTS;
		return 0;
	}
	if (history_is_table(t)) {
		*kind = INPUT_HISTORY;
		return 0;
	}
	if (text_table_column(t, "actual") != TEXT_TABLE_NONE &&
	    text_table_column(t, "predict") != TEXT_TABLE_NONE) {
		*kind = INPUT_SCORES;
		return 0;
	}
	for (size_t i = 0; i < t->columns && names.len < 60; i++) {
		str_add(&names, i ? ", " : "");
		str_add_quoted(&names, text_table_name(t, i),
			       strlen(text_table_name(t, i)), 30);
	}
	if (str_check(&names, e) == 0)
		err_set(e, ERR_SCHEMA, "'%s': no result rows, history, model "
			"or scores with 'actual' and 'predict': its columns "
			"are %s%s", t->path, names.buf,
			names.len >= 60 ? "..." : "");
	str_release(&names);
	return -1;
}

static int
find_kind(struct report_input *i, struct err *e)
{
	struct text_table t = {0};
	int status = model_is_model(i->path, e), lines;

	i->kind = INPUT_MODEL;
	if (status != 0)
		return status < 0 ? -1 : 0;
	status = frame_is_frame(i->path, e);
	if (status < 0)
		return -1;
	if (status)
		return err_set(e, ERR_INPUT, "'%s' is a frame: dl-inspect "
			       "shows what is in it", i->path);
	lines = history_is_lines(i->path, e);
	if (lines < 0 || report_input_rewind(i, e) < 0)
		return -1;
	if (lines) {
		i->kind = INPUT_HISTORY;
		return 0;
	}
	status = text_table_names(&t, i->path, e);
	if (status == 0)
		status = table_kind(&t, &i->kind, e);
	text_table_release(&t);
	return status;
}

/*
 * Inputs are opened more than once: a pipe becomes standard input, copied to a
 * scratch file, which is wound back before each look.
 */
static int
settle_pipe(struct report_inputs *in, struct report_input *i, struct err *e)
{
	struct infile pipe = {0};
	struct stat st;

	if (strcmp(i->path, "-") &&
	    (stat(i->path, &st) < 0 || !S_ISFIFO(st.st_mode)))
		return 0;
	if (in->pipes++)
		return err_set(e, ERR_USAGE, "'%s': only one input may be a "
			       "pipe", i->path);
	if (infile_open(&pipe, i->path, e) < 0)
		return -1;
	i->path = "-";
	if (dup2(pipe.fd, STDIN_FILENO) < 0)
		return err_errno(e, ERR_INPUT, "cannot use standard input");
	if (pipe.fd != STDIN_FILENO)
		infile_close(&pipe);
	return report_input_rewind(i, e);
}

int
report_input_rewind(const struct report_input *i, struct err *e)
{
	if (!strcmp(i->path, "-") && lseek(STDIN_FILENO, 0, SEEK_SET) < 0)
		return err_errno(e, ERR_INPUT, "cannot use standard input");
	return 0;
}

int
report_inputs_add(struct report_inputs *in, const char *operand,
		  bool reference, struct err *e)
{
	struct report_input *i;

	if (mem_grow(&in->input, &in->room, in->n + 1, sizeof(*i), e) < 0)
		return -1;
	i = &in->input[in->n++];
	*i = (struct report_input){.reference = reference};
	if (split(i, operand, e) < 0 || settle_pipe(in, i, e) < 0)
		return -1;
	if (find_kind(i, e) < 0 || report_input_rewind(i, e) < 0)
		return strcmp(i->path, "-") || !strcmp(operand, "-") ? -1
			: err_prefix(e, "'%s'", operand);
	in->count[i->kind]++;
	return 0;
}

int
report_inputs_spare(const struct report_inputs *in, const char *output,
		    struct err *e)
{
	for (size_t i = 0; strcmp(output, "-") && i < in->n; i++)
		if (file_is_same(output, in->input[i].path))
			return err_set(e, ERR_USAGE, "'%s' is both input and "
				       "output", output);
	return 0;
}
