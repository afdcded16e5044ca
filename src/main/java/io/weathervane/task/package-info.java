/** Calls that go on after their answer (MCP extension io.modelcontextprotocol/tasks), kept in the database. */
@NullMarked
package io.weathervane.task;

import org.jspecify.annotations.NullMarked;
