/* train_origin.c - the command and the input files of a run, for its record. */
#include <string.h>
#include <unistd.h>

#include "dltools/json.h"
#include "model/train_int.h"

static void
put_frame(struct json *j, const char *role, const struct frame *f)
{
	char id[33];

	if (!f || strcmp(frame_path(f), "standard input") == 0)
		return;
	frame_id(f, id);
	json_put_object(j);
	json_add_text(j, "role", role);
	json_add_text(j, "path", frame_path(f));
	json_add_text(j, "id", id);
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
	json_key(j, "inputs");
	json_put_array(j);
	put_frame(j, "training", rq->training);
	put_frame(j, "validation", rq->validation);
	for (size_t i = 0; i < rq->others; i++)
		put_frame(j, rq->other[i].name, rq->other[i].frame);
	json_end(j);
}
