"""Common verbs of stories and news, from their past form to the form that follows "did"."""

_IRREGULAR = """
ate:eat became:become began:begin bent:bend bit:bite blew:blow bought:buy broke:break
brought:bring built:build came:come caught:catch chose:choose climbed:climb dug:dig drank:drink
drew:draw drove:drive dwelt:dwell fed:feed fell:fall felt:feel fled:flee flew:fly forgot:forget
fought:fight found:find gave:give got:get grew:grow had:have held:hold heard:hear hid:hide
kept:keep knew:know lay:lie laid:lay led:lead left:leave lent:lend lost:lose made:make meant:mean
met:meet paid:pay ran:run rang:ring rode:ride rose:rise said:say sang:sing sat:sit saw:see sent:send
shook:shake shot:shoot slept:sleep sold:sell sought:seek spent:spend spoke:speak stole:steal
stood:stand swam:swim swore:swear threw:throw told:tell took:take taught:teach thought:think
tore:tear understood:understand went:go won:win woke:wake wept:weep wore:wear wrote:write
"""
_REGULAR = """
accept acknowledge add admit agree announce answer appear arrive ask attack attend beg believe
belong build call carry catch climb close collect command complain complete confirm contact
continue cook cover cross cry dance decide declare defeat deliver demand describe destroy develop
die discover dock dream drop dwell earn end enjoy enter escape examine expect explain fail fear
fill film finish follow happen hate help hope hunt hurry insist invite jump kill kiss knock land
laugh launch learn lift like listen live look love manage march marry mention miss move murder need
notice offer open order own pass persuade pick place plan plant play pledge pray prefer prepare
promise protect publish pull punish push reach receive recognise recognize refuse remain remember
remove repeat reply report rescue rest return reveal sail save search seem seize serve settle shout
show sign smile start stay stop suffer suggest surprise tend thank touch travel trust try turn use
visit wait walk wander want warn wash watch whisper wish wonder work
"""
_DOUBLED = frozenset("admit beg drop stop plan hug rob slip grab nod".split())


def _past(verb: str) -> str:
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"


BASE: dict[str, str] = {
    **{_past(verb): verb for verb in (*_REGULAR.split(), *_DOUBLED)},
    **dict(pair.split(":") for pair in _IRREGULAR.split() if not pair.startswith("climbed")),
}
