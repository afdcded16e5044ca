/**
 * Blocks of workers' calls: which calls are refused, since when, by whom and why. In effect in memory before they are written,
 * kept in the table {@code call_blocks}, which other programs may change as well. Imports the audit, the events, the flags for
 * the kill switch, the store, and of the tools the patterns for their names.
 */
@NullMarked
package io.weathervane.block;

import org.jspecify.annotations.NullMarked;
