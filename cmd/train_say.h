/* train_say.h - what dl-train tells people line by line. */
#ifndef TRAIN_SAY_H
#define TRAIN_SAY_H

#include <stdbool.h>

struct train;

/* Each line of the text behind the program's name. */
void train_say_lines(const char *text);

/* What validation and test frame lacked, once; quiet: forget it. */
void train_say_adaptations(struct train *t, bool quiet);

#endif
