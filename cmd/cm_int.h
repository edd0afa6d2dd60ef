/* cm_int.h - what the files that print for dl-cm share. */
#ifndef CMD_CM_INT_H
#define CMD_CM_INT_H

#include "cm_print.h"
#include "sheet.h"

#define CM_TEXT 48 /* room for a number as text */

/* Shortest; "-" for NaN where people read, nothing where programs do. */
const char *cm_number(char text[CM_TEXT], double value, enum cm_format format);
/* With so many decimals for people, shortest for programs. */
const char *cm_fixed(char text[CM_TEXT], double value, int decimals,
		     enum cm_format format);
/* A count: a whole number, or six digits of a sum of weights. */
const char *cm_count(char text[CM_TEXT], double value);

/*
 * A small table held in memory, so that its columns can be made to fit:
 * cells[rows * columns], freed here.
 */
struct cm_grid {
	const char *const *name;
	size_t columns;
	size_t texts; /* leading columns that are no numbers, for JSON */
	char **cell;
	size_t n, room;
};

int cm_grid_add(struct cm_grid *g, const char *text, struct err *e) MUST_USE;
int cm_grid_print(const struct cm_grid *g, enum cm_format format,
		  struct err *e) MUST_USE;
void cm_grid_release(struct cm_grid *g);

/* A cell as a share: count over the total that enum cm_normalize names. */
double cm_scaled(const struct confusion *c, int normalize, double count,
		 size_t actual, size_t predicted);

/* A blank line between two tables that people read. */
void cm_gap(enum cm_format format);
enum sheet_format cm_sheet_format(enum cm_format format);

#endif
