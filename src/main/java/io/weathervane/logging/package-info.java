/** The message log of a workspace on Logback: its files, layout, limits. Imports nothing of ours but util. */
@NullMarked
package io.weathervane.logging;

import org.jspecify.annotations.NullMarked;
