/*
 * train_origin.c - the command and the input files of a run, for its record.
 *
 * What weights start from (other models, frames of weights) is known by hash in
 * every model, as the frames are; paths and the command stand in the record of
 * the run, which a reproducible model does not have.
 */
#include <string.h>
#include <unistd.h>

#include "dltools/json.h"
#include "dltools/mem.h"
#include "model/train_int.h"

static int
add_input(struct train *t, const struct train_input *input, const char *id,
	  struct err *e)
{
	if (mem_grow(&t->input, &t->inputs_room, t->inputs + 1,
		     sizeof(*t->input), e) < 0)
		return -1;
	t->input[t->inputs] = *input;
	memcpy(t->input[t->inputs].id, id, 33);
	t->inputs++;
	return 0;
}

int
train_add_frame(struct train *t, const char *role, size_t layer,
		const struct frame *f, const char *path, struct err *e)
{
	struct train_input input = {.role = role, .path = path, .layer = layer};
	char id[33];

	frame_id(f, id);
	return add_input(t, &input, id, e);
}

static int
add_model(struct train *t, const char *role, const char *path,
	  const struct model *m, struct err *e)
{
	struct train_input input = {
		.role = role, .path = path, .kind = INPUT_MODEL,
	};

	return m ? add_input(t, &input, m->digest, e) : 0;
}

/* The text "origin": no paths. */
static int
write_origin(struct train *t, struct err *e)
{
	struct str s = STR_INIT;
	struct json j = json_start(&s);

	json_put_object(&j);
	json_key(&j, "inputs");
	json_put_array(&j);
	for (size_t i = 0; i < t->inputs; i++) {
		json_put_object(&j);
		json_add_text(&j, "role", t->input[i].role);
		if (t->input[i].layer)
			json_add_int(&j, "layer", (int64_t)t->input[i].layer);
		json_add_text(&j, "id", t->input[i].id);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	t->model.origin_json = str_take(&s, e);
	return t->model.origin_json ? 0 : -1;
}

int
train_record_origin(struct train *t, struct err *e)
{
	const struct params *p = t->rq.params;

	if (add_model(t, "checkpoint", p->checkpoint, t->rq.checkpoint, e) <
		    0 ||
	    add_model(t, "pretrained_autoencoder", p->pretrained_autoencoder,
		      t->rq.pretrained, e) < 0)
		return -1;
	return t->inputs ? write_origin(t, e) : 0;
}

/* ---- the record of the run -------------------------------------------- */

static void
put_input(struct json *j, const struct train_input *input)
{
	json_put_object(j);
	json_add_text(j, "role", input->role);
	if (input->layer)
		json_add_int(j, "layer", (int64_t)input->layer);
	json_add_text(j, "path", input->path);
	if (input->kind != INPUT_FRAME)
		json_add_text(j, "kind", input_kind_name(input->kind));
	json_add_text(j, "id", input->id);
	json_end(j);
}

static void
put_frame(struct json *j, const char *role, const struct frame *f)
{
	struct train_input input = {.role = role};

	if (!f || strcmp(frame_path(f), "standard input") == 0)
		return;
	input.path = frame_path(f);
	frame_id(f, input.id);
	put_input(j, &input);
}

/* Settings and lists of the command; one that is gone is left out. */
static void
put_file(struct json *j, const char *role, const char *path)
{
	struct train_input input = {
		.role = role, .path = path, .kind = INPUT_FILE,
	};
	struct err why = {0};

	if (input_id(INPUT_FILE, path, input.id, &why) == 0)
		put_input(j, &input);
}

/* "--ignore @FILE" and "--ignore=@FILE" */
static void
put_lists(struct json *j, const struct train_request *rq)
{
	for (size_t i = 1; i < rq->words; i++) {
		const char *word = rq->command[i];
		const char *is = strncmp(word, "--", 2) == 0 ?
			strchr(word, '=') : NULL;

		if (is)
			word = is + 1;
		if (*word == '@' && access(word + 1, R_OK) == 0)
			put_file(j, "list", word + 1);
	}
}

static void
put_inputs(struct json *j, const struct train *t)
{
	const struct train_request *rq = &t->rq;

	json_key(j, "inputs");
	json_put_array(j);
	put_frame(j, "training", rq->training);
	put_frame(j, "validation", rq->validation);
	for (size_t i = 0; i < rq->others; i++)
		put_frame(j, rq->other[i].name, rq->other[i].frame);
	for (size_t i = 0; i < t->inputs; i++)
		put_input(j, &t->input[i]);
	if (rq->config)
		put_file(j, "config", rq->config);
	put_lists(j, rq);
	json_end(j);
}

void
train_put_origin(const struct train *t, struct json *j)
{
	const struct train_request *rq = &t->rq;
	char folder[4096];

	if (rq->words == 0)
		return;
	json_key(j, "command");
	json_put_array(j);
	for (size_t i = 0; i < rq->words; i++)
		json_put_text(j, rq->command[i]);
	json_end(j);
	if (rq->output)
		json_add_text(j, "output", rq->output);
	if (getcwd(folder, sizeof(folder)))
		json_add_text(j, "folder", folder);
	put_inputs(j, t);
}
