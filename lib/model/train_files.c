/* train_files.c - hashes of settings and lists; see train_files.h. */
#include "dltools/train_files.h"

#include <string.h>

#include "dltools/mem.h"
#include "model/input_id.h"

static struct train_file *
push(struct train_files *files, const char *role, const char *path,
     struct err *e)
{
	struct train_file *file;

	if (mem_grow(&files->v, &files->room, files->n + 1, sizeof(*files->v),
		     e) < 0)
		return NULL;
	file = &files->v[files->n++];
	file->role = role;
	file->path = path;
	return file;
}

int
train_files_add(struct train_files *files, const char *role, const char *path,
		const void *bytes, size_t len, struct err *e)
{
	struct train_file *file;

	if (!input_is_file(path))
		return 0;
	file = push(files, role, path, e);
	if (!file)
		return -1;
	input_hash(bytes, len, file->id);
	return 0;
}

int
train_files_read(struct train_files *files, const char *role, const char *path,
		 struct err *e)
{
	char id[33];
	struct train_file *file;

	if (!input_is_file(path))
		return 0;
	if (input_id(INPUT_FILE, path, id, e) < 0)
		return -1;
	file = push(files, role, path, e);
	if (!file)
		return -1;
	memcpy(file->id, id, sizeof(id));
	return 0;
}

void
train_files_release(struct train_files *files)
{
	mem_free(files->v);
	*files = (struct train_files){0};
}
