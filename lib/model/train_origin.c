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
add_input(struct train_start *s, const struct train_input *input,
	  const char *id, struct err *e)
{
	if (mem_grow(&s->input, &s->room, s->n + 1, sizeof(*s->input), e) < 0)
		return -1;
	s->input[s->n] = *input;
	memcpy(s->input[s->n].id, id, 33);
	s->n++;
	return 0;
}

int
train_add_frame(struct train *t, const char *role, size_t layer,
		const struct frame *f, const char *path, struct err *e)
{
	struct train_input input = {.role = role, .path = path, .layer = layer};
	char id[33];

	frame_id(f, id);
	return add_input(&t->start, &input, id, e);
}

static int
add_model(struct train_start *s, const char *role, const char *path,
	  const struct model *m, struct err *e)
{
	struct train_input input = {
		.role = role, .path = path, .kind = INPUT_MODEL,
	};

	return m ? add_input(s, &input, m->digest, e) : 0;
}

static int
add_models(struct train_start *s, const struct train_request *rq,
	   struct err *e)
{
	const struct params *p = rq->params;

	if (add_model(s, "checkpoint", p->checkpoint, rq->checkpoint, e) < 0)
		return -1;
	return add_model(s, "pretrained_autoencoder", p->pretrained_autoencoder,
			 rq->pretrained, e);
}

/* The text "origin": no paths; "" if all weights are drawn. */
static char *
origin_text(const struct train_start *start, struct err *e)
{
	struct str s = STR_INIT;
	struct json j = json_start(&s);

	if (start->n == 0)
		return str_take(&s, e);
	json_put_object(&j);
	json_key(&j, "inputs");
	json_put_array(&j);
	for (size_t i = 0; i < start->n; i++) {
		const struct train_input *input = &start->input[i];

		json_put_object(&j);
		json_add_text(&j, "role", input->role);
		if (input->layer)
			json_add_int(&j, "layer", (int64_t)input->layer);
		json_add_text(&j, "id", input->id);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	return str_take(&s, e);
}

int
train_record_origin(struct train *t, struct err *e)
{
	if (add_models(&t->start, &t->rq, e) < 0)
		return -1;
	if (t->start.n == 0)
		return 0;
	t->model.origin_json = origin_text(&t->start, e);
	return t->model.origin_json ? 0 : -1;
}

/* A pipe is left to the training, which can read it only once. */
static int
add_frames(struct train_start *s, const char *role,
	   const struct param_texts *paths, struct err *e)
{
	for (size_t l = 0; l < paths->n; l++) {
		struct train_input input = {
			.role = role, .path = paths->v[l], .layer = l + 1,
		};
		char id[33];

		if (!*input.path)
			continue;
		if (!input_is_file(input.path))
			return err_set(e, ERR_INPUT, "'%s': no regular file",
				       input.path);
		if (input_id(INPUT_FRAME, input.path, id, e) < 0 ||
		    add_input(s, &input, id, e) < 0)
			return -1;
	}
	return 0;
}

char *
train_origin_text(const struct train_request *rq, struct err *e)
{
	const struct params *p = rq->params;
	struct train_start s = {0};
	char *text = NULL;

	if (add_frames(&s, "initial_weights", &p->initial_weights, e) == 0 &&
	    add_frames(&s, "initial_biases", &p->initial_biases, e) == 0 &&
	    add_models(&s, rq, e) == 0)
		text = origin_text(&s, e);
	mem_free(s.input);
	return text;
}

/* ---- the record of the run -------------------------------------------- */

/* What came through a pipe is nowhere to be looked at again. */
static void
put_input(struct json *j, const struct train_input *input)
{
	if (input_is_pipe(input->path))
		return;
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

static void
put_file(struct json *j, const struct train_file *file)
{
	struct train_input input = {
		.role = file->role, .path = file->path, .kind = INPUT_FILE,
	};

	memcpy(input.id, file->id, sizeof(input.id));
	put_input(j, &input);
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
	for (size_t i = 0; i < t->start.n; i++)
		put_input(j, &t->start.input[i]);
	for (size_t i = 0; i < rq->files; i++)
		put_file(j, &rq->file[i]);
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
