package io.weathervane.cli;

import picocli.CommandLine;

/** A canary weight: whole percent of the callers, from 1 to 100. */
final class PercentConverter implements CommandLine.ITypeConverter<Integer> {
    private static final int PERCENT_MAX = 100;

    @Override
    public Integer convert(String text) {
        if (text.matches("[1-9]\\d{0,2}") && Integer.parseInt(text) <= PERCENT_MAX) {
            return Integer.valueOf(text);
        }
        throw new CommandLine.TypeConversionException(
                "'" + text + "' is no canary weight: write whole percents from 1 to 100 with commas, such as 5,25,50");
    }
}
