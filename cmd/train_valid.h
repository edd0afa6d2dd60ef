/* train_valid.h - the validation frames of dl-train: --valid [NAME=]FRAME. */
#ifndef TRAIN_VALID_H
#define TRAIN_VALID_H

#include <dltools/train.h>

/* The first decides, the others are for the record. */
struct valid_frames {
	struct frame **frame;      /* [n] */
	struct train_other *other; /* [n - 1] */
	char **name;               /* [n] */
	size_t n;
};

int valid_frames_open(struct valid_frames *v, const struct param_texts *list,
		      struct err *e) MUST_USE;
void valid_frames_close(struct valid_frames *v);

#endif
