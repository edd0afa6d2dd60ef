/* train_valid.c - validation frames; see train_valid.h. */
#include "train_valid.h"

#include <string.h>

#include <dltools/mem.h>

#include "train_job.h"

/* What was given, or the name of the file without folder and .dlf. */
static char *
name_of(const char *text, struct err *e)
{
	const char *path = train_frame_of(text), *slash;
	size_t n;

	if (path != text)
		return mem_memdup(text, (size_t)(path - text) - 1, e);
	slash = strrchr(path, '/');
	path = slash ? slash + 1 : path;
	n = strlen(path);
	if (n > 4 && strcmp(path + n - 4, ".dlf") == 0)
		n -= 4;
	return mem_memdup(path, n, e);
}

static int
check_name(const struct valid_frames *v, size_t i, struct err *e)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789_-."
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *name = v->name[i];

	if (!*name || name[strspn(name, good)])
		return err_set(e, ERR_USAGE, "--valid: '%s' is no name of a "
			       "column: letters, digits, _ - . "
			       "(--valid NAME=FRAME)", name);
	if (strcmp(name, "training") == 0 || strcmp(name, "validation") == 0)
		return err_set(e, ERR_USAGE, "--valid: the name '%s' is taken "
			       "(--valid NAME=FRAME)", name);
	for (size_t k = 1; k < i; k++)
		if (strcmp(v->name[k], name) == 0)
			return err_set(e, ERR_USAGE, "--valid: two frames are "
				       "called '%s' (--valid NAME=FRAME)",
				       name);
	return 0;
}

int
valid_frames_open(struct valid_frames *v, const struct param_texts *list,
		  struct err *e)
{
	v->frame = mem_zalloc(list->n, sizeof(*v->frame), e);
	v->other = mem_zalloc(list->n, sizeof(*v->other), e);
	v->name = mem_zalloc(list->n, sizeof(*v->name), e);
	if (!v->frame || !v->other || !v->name)
		return -1;
	v->n = list->n;
	for (size_t i = 0; i < list->n; i++) {
		v->name[i] = name_of(list->v[i], e);
		if (!v->name[i] || (i && check_name(v, i, e) < 0))
			return -1;
		v->frame[i] = frame_open(train_frame_of(list->v[i]), e);
		if (!v->frame[i])
			return -1;
		if (i)
			v->other[i - 1] = (struct train_other){v->name[i],
							       v->frame[i]};
	}
	return 0;
}

void
valid_frames_close(struct valid_frames *v)
{
	for (size_t i = 0; i < v->n; i++) {
		frame_close(v->frame[i]);
		mem_free(v->name[i]);
	}
	mem_free(v->frame);
	mem_free(v->other);
	mem_free(v->name);
}
