/**
 * The pure core of the monitor: {@link io.weathervane.monitor.MonitorStateMachine} turns a state and an observation into the
 * next state and a decision, without clock, I/O, thread or log; imports the JDK only.
 */
@NullMarked
package io.weathervane.monitor;

import org.jspecify.annotations.NullMarked;
