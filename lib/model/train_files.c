/* train_files.c - hashes of settings and lists; see train_files.h. */
#include "dltools/train_files.h"

#include <string.h>

#include "dltools/file.h"
#include "dltools/mem.h"
#include "model/input_id.h"

int
train_files_add(struct train_files *files, const char *role, const char *path,
		const void *bytes, size_t len, struct err *e)
{
	struct train_file *file;

	if (!input_is_file(path))
		return 0;
	if (mem_grow(&files->v, &files->room, files->n + 1, sizeof(*files->v),
		     e) < 0)
		return -1;
	file = &files->v[files->n++];
	file->role = role;
	file->path = path;
	input_hash(bytes, len, file->id);
	return 0;
}

int
train_files_read(struct train_files *files, const char *role, const char *path,
		 struct err *e)
{
	size_t len;
	char *bytes;
	int rc;

	if (!input_is_file(path))
		return 0;
	bytes = file_slurp(path, INPUT_FILE_MOST, &len, e);
	if (!bytes)
		return -1;
	rc = train_files_add(files, role, path, bytes, len, e);
	mem_free(bytes);
	return rc;
}

void
train_files_release(struct train_files *files)
{
	mem_free(files->v);
	*files = (struct train_files){0};
}
