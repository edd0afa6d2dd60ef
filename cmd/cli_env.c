/* cli_env.c - environment variables that must make sense. */
#include "cli.h"

#include <stdlib.h>

#include <dltools/num.h>

#include "cli_int.h"

int
cli_check_environment(struct err *e)
{
	const char *threads = getenv("DLTOOLS_THREADS");
	int64_t n;

	if (!threads || !*threads ||
	    num_parse_int(threads, 1, POOL_MOST, &n, e) == 0)
		return 0;
	return err_prefix(e, "DLTOOLS_THREADS");
}
