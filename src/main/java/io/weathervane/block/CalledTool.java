package io.weathervane.block;

/**
 * What a block goes by in a call.
 *
 * @param name as clients see it
 * @param service whose worker has it; empty when that is not known
 * @param readOnly whether it says that it only reads
 */
public record CalledTool(String name, String service, boolean readOnly) {}
