/** Approvals by a second person: asked for, granted or refused, used once; imports nothing of ours but audit, store and event. */
@NullMarked
package io.weathervane.approval;

import org.jspecify.annotations.NullMarked;
