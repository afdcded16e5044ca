/** Time, threads, lines and files without domain words; imports the JDK only. */
@NullMarked
package io.weathervane.util;

import org.jspecify.annotations.NullMarked;
