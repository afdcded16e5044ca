package io.weathervane.block;

/**
 * Tool of a call, as far as a block depends on it.
 *
 * @param name as clients see it
 * @param service whose worker has it; empty when that is not known
 * @param readOnly whether it says that it only reads
 */
public record CalledTool(String name, String service, boolean readOnly) {}
