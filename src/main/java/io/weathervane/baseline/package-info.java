/** The record of each release's calls, kept over restarts: what the next release is compared with. */
@NullMarked
package io.weathervane.baseline;

import org.jspecify.annotations.NullMarked;
