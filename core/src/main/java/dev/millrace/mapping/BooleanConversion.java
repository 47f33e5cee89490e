package dev.millrace.mapping;

/** The forms of XML Schema: true, false, 1, 0. What else a producer writes is for a code table. */
final class BooleanConversion extends Conversion {

    @Override
    public Object convert(String text) {
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> Misfit.NOT_OF_TYPE;
        };
    }

    @Override
    Object convertItem(Object item) {
        return item instanceof Boolean ? item : super.convertItem(item);
    }
}
