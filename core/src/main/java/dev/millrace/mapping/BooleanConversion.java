package dev.millrace.mapping;

/** The forms of XML Schema: true, false, 1, 0. What else a producer writes is for a code table. */
final class BooleanConversion extends Conversion {

    @Override
    public Object convert(String text) {
        switch (text) {
            case "true":
            case "1":
                return Boolean.TRUE;
            case "false":
            case "0":
                return Boolean.FALSE;
            default:
                return Misfit.NOT_OF_TYPE;
        }
    }

    @Override
    Object convertItem(Object item) {
        return item instanceof Boolean ? item : super.convertItem(item);
    }
}
