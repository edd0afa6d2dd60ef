/*
 * columns.h - "id,3-5,pixel*,!label": a list of columns as users write it.
 *
 * Items are separated by commas and taken in order; a column stands where it is
 * first named, once.  An item is
 *
 *	name        a column of that name, before anything else
 *	"na,me"     the same, quotes doubled within
 *	3           by number, from 1; ranges 3-5, 5-, -2
 *	pix*[0-9]   a shell pattern
 *	re:^px      a POSIX extended regular expression, found anywhere
 *	@FILE       one name per line
 *	!item       not these (a list that begins so starts from all columns)
 */
#ifndef DLTOOLS_COLUMNS_H
#define DLTOOLS_COLUMNS_H

#include <stddef.h>

#include "err.h"

struct column_list {
	size_t *index; /* from 0 */
	size_t n, room;
};

/*
 * Adds what text names to the (zeroed) list.  ERR_SCHEMA for a column that is
 * not there (the nearest name is suggested) and for an item that matches none;
 * ERR_USAGE for a malformed item.
 */
int column_list_parse(struct column_list *list, const char *text,
		      const char *const *names, size_t n,
		      struct err *e) MUST_USE;
void column_list_release(struct column_list *list);

#endif
