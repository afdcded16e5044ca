/**
 * Readers of the flags outside of this process, and the epoch that each has acknowledged: a kill is proven by its readers
 * and not by its writer. Imports nothing of ours but util.
 */
@NullMarked
package io.weathervane.reader;

import org.jspecify.annotations.NullMarked;
