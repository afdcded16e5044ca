/** Evidence and reports of incidents: reads, copies and redacts, and never changes anything it reads. */
@NullMarked
package io.weathervane.incident;

import org.jspecify.annotations.NullMarked;
