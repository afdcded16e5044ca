/**
 * The configuration files of MCP clients: Claude Desktop, Claude Code, Cursor, VS Code. They are read, referred to and rewritten;
 * their secrets stay in them.
 */
@NullMarked
package io.weathervane.clientfile;

import org.jspecify.annotations.NullMarked;
