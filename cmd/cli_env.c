/* cli_env.c - environment variables: what must make sense, and colors. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/num.h>

#include "cli_int.h"

const char *const cli_color_choices[] = {"auto", "always", "never", NULL};

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

bool
cli_is_color(enum cli_color when, FILE *f)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	const char *force = getenv("FORCE_COLOR");

	if (!force)
		force = getenv("CLICOLOR_FORCE");
	if (when != CLI_COLOR_AUTO)
		return when == CLI_COLOR_ALWAYS;
	if (no && *no)
		return false;
	if (force && *force && strcmp(force, "0"))
		return true;
	return isatty(fileno(f)) && term && strcmp(term, "dumb");
}
