package io.weathervane.cli;

import java.util.List;
import java.util.concurrent.Callable;

/** A command that can read its words without picocli, when they are in their plain form. */
interface SelfParsingCommand extends Callable<Integer> {
    /** False, and nothing more to be done with this object, when picocli has to read them. */
    boolean takePlain(List<String> words);
}
