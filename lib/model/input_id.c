/* input_id.c - hashes of frames, models and files; see input_id.h. */
#include "model/input_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "dltools/file.h"
#include "dltools/frame.h"
#include "dltools/mem.h"
#include "model/model_int.h"

static const char *const names[] = {
	[INPUT_FRAME] = "frame", [INPUT_MODEL] = "model", [INPUT_FILE] = "file",
};

const char *
input_kind_name(enum input_kind kind)
{
	return names[kind];
}

enum input_kind
input_kind_of(const char *name)
{
	for (int k = INPUT_MODEL; k <= INPUT_FILE; k++)
		if (strcmp(name, names[k]) == 0)
			return (enum input_kind)k;
	return INPUT_FRAME;
}

bool
input_is_file(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && stat(path, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

bool
input_is_pipe(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && !S_ISREG(st.st_mode));
}

void
input_hash(const void *bytes, size_t len, char id[33])
{
	XXH128_hash_t hash = XXH3_128bits(bytes, len);

	snprintf(id, 33, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64,
		 (uint64_t)hash.low64);
}

static int
of_frame(const char *path, char id[33], struct err *e)
{
	struct frame *f = frame_open(path, e);

	if (f)
		frame_id(f, id);
	frame_close(f);
	return f ? 0 : -1;
}

static int
of_model(const char *path, char id[33], struct err *e)
{
	struct st_file f;

	if (st_open(&f, path, model_format, e) < 0)
		return -1;
	memcpy(id, f.digest, sizeof(f.digest));
	st_close(&f);
	return 0;
}

static int
of_file(const char *path, char id[33], struct err *e)
{
	size_t n;
	char *bytes;

	if (!input_is_file(path))
		return err_set(e, ERR_INPUT, "'%s' is no regular file", path);
	bytes = file_slurp(path, INPUT_FILE_MOST, &n, e);
	if (!bytes)
		return -1;
	input_hash(bytes, n, id);
	mem_free(bytes);
	return 0;
}

int
input_id(enum input_kind kind, const char *path, char id[33], struct err *e)
{
	switch (kind) {
	case INPUT_MODEL:
		return of_model(path, id, e);
	case INPUT_FILE:
		return of_file(path, id, e);
	case INPUT_FRAME:
		break;
	}
	return of_frame(path, id, e);
}
