/** The one bus on which the server says what happened, named as in the runbook; imports nothing of ours but util. */
@NullMarked
package io.weathervane.event;

import org.jspecify.annotations.NullMarked;
