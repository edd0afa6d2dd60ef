/* confusion_int.h - what counting and reading share; see confusion.h. */
#ifndef MODEL_CONFUSION_INT_H
#define MODEL_CONFUSION_INT_H

#include <dltools/confusion.h>

/* The place of a class (before finish), made if it is new. */
int confusion_find(struct confusion *c, const char *name, size_t len,
		   size_t *class, struct err *e) MUST_USE;
/* Counts a row by the places of its classes; weight > 0. */
int confusion_add_classes(struct confusion *c, size_t actual, size_t predicted,
			  double weight, struct err *e) MUST_USE;
/* Sorts classes (as numbers if all are integers) and cells, sums up. */
int confusion_finish(struct confusion *c, struct err *e) MUST_USE;

/*
 * The totals, cell by cell, then those over all classes.  Right and wrong are
 * summed apart, so that none wrong is an error of exactly 0.
 */
void confusion_count_cell(struct confusion *c, size_t actual, size_t predicted,
			  double weight);
void confusion_sum_up(struct confusion *c);

#endif
